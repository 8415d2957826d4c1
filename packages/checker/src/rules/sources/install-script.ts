import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'
import { inScripts } from '../../worker/script-problems.ts'

/** pacman runs such a file as root on every machine that installs the package. */
export const installScript: Rule<CheckedWorker> = {
  id: 'install-script',
  severity: 'error',
  summary: 'no package has an .install script',
  check(worker): readonly Problem[] {
    const cure = 'leave it out: a worker is started by rbee-hive and needs no step at installation'
    const named = inScripts(worker, ({ script, deeds }) => {
      const settings = deeds?.settings.filter(({ name }) => name === 'install') ?? []
      if (script === null) return []
      return settings
        .filter(({ texts }) => texts.some((text) => text !== ''))
        .map(({ place }) => ({
          line: place.line,
          reason: 'install names a script that runs as root at installation',
          cure,
        }))
    })
    const lying = [...worker.files.keys()]
      .filter((path) => /\.install$/i.test(path) && !path.includes('/'))
      .map((file) => ({ file, reason: `${file} is a script that runs as root at installation`, cure }))
    return named.length > 0 ? named : lying
  },
}
