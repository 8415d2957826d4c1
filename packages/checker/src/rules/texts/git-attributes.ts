import type { Problem, Rule } from '../../rule.ts'
import type { CheckedWorker } from '../../worker/checked-worker.ts'

/** They make the files of a clone differ from those of the commit, so that reviewers and builders see different texts. */
export const gitAttributes: Rule<CheckedWorker> = {
  id: 'git-attributes',
  severity: 'error',
  summary: 'the folder does not tell Git to change files',
  check: (worker): readonly Problem[] =>
    [...worker.files.keys()]
      .filter((path) => /(?:^|\/)\.(?:gitattributes|lfsconfig|gitconfig)$/.test(path))
      .map((file) => ({ file, reason: `${file} makes Git change files on their way`, cure: 'remove it' })),
}
