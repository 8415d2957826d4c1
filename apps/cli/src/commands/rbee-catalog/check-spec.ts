import type { CommandSpec } from '../../program/define.ts'

/** `rbee-catalog check`: what speaks against a worker or a submission. */
export const CHECK_COMMAND: CommandSpec = {
  name: 'check',
  arguments: '[dir]',
  summary: 'judge a worker, or a whole catalog, without running anything of it',
  description: [
    'Reads the folder of a worker, or every worker of a catalog, and says what speaks against taking it: manifests,',
    'names, versions, sources and checksums, what a PKGBUILD would do, and what a text may hide. With --base, a',
    'submission is judged: what changed since it set out from that commit, and whether its submitter may change it.',
    '',
    'Exit code: 0 where there are no errors, 1 where there are, 2 where nothing could be judged. Every rule has a page',
    'in docs/checks. With shellcheck installed, what it finds seriously wrong is told as warnings.',
    '',
    'Examples:',
    '  rbee-catalog check workers/community/my-worker',
    '  rbee-catalog check . --base origin/main --submitter ada',
    '  rbee-catalog check . --online --sarif > findings.sarif',
  ].join('\n'),
  options: [
    { flags: '--base <commit>', description: 'judge what changed since the merge base with this commit' },
    {
      flags: '--submitter <name>',
      description: 'who submits it; compared with the maintainers as of the base',
    },
    { flags: '--online', description: 'look hosts up, download what has a checksum, and compare' },
    { flags: '--sarif', description: 'print findings as SARIF 2.1.0' },
    { flags: '--github', description: 'print findings as annotations for a GitHub workflow' },
  ],
  load: () => import('./check.ts'),
}
