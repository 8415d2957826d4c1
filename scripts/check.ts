import { spawnSync } from 'node:child_process'

/** Everything that can be said about the sources without running them. Each check runs, whatever the others say. */
const CHECKS: readonly { readonly what: string; readonly command: readonly string[] }[] = [
  { what: 'types', command: ['tsc'] },
  { what: 'types of the site’s islands', command: ['tsc', '--project', 'apps/web/islands'] },
  { what: 'lint and format', command: ['biome', 'ci', '--colors=off', '.'] },
  {
    what: 'import direction',
    command: [
      'depcruise',
      '--config',
      '.dependency-cruiser.json',
      '--output-type',
      'err',
      'apps',
      'packages',
      'workers',
      'bench',
      'scripts',
    ],
  },
  { what: 'dead exports and unused dependencies', command: ['knip', '--no-progress'] },
]

let failed = 0
for (const { what, command } of CHECKS) {
  const [program = '', ...args] = command
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  })
  if (error) throw error
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${what}`)
  if (status !== 0) {
    failed += 1
    process.stdout.write(stdout)
    process.stderr.write(stderr)
  }
}
process.exitCode = failed === 0 ? 0 : 1
