import type { CommandSpec } from '../../program/define.ts'

/** `rbee-catalog gates`: what a catalog's own CI runs over generated package files. */
export const GATES_COMMAND: CommandSpec = {
  name: 'gates',
  arguments: '[dir]',
  summary: 'look whether every generated package file can be made, read and followed',
  description: [
    'Makes every file that package managers can be given: PKGBUILDs and formulas, binary and source, of every worker of a',
    'registry or of a catalog, for its default variant and for each variant. Reads them without running any of it, then',
    "with makepkg's own functions and with ruby where they are installed, and asks the registry for every archive that",
    'a file names: it has to be there, with the size and the sum that the release states.',
    '',
    'A row for each worker says ok, why there is no such file, or FAILED, with what to do below. Exit code 1 when any failed,',
    '5 when the registry does not answer. A catalog of workers that a registry serves is judged as it serves them when',
    'both are named.',
    '',
    'Examples:',
    '  rbee-catalog gates --registry https://registry.example',
    '  rbee-catalog gates . --json',
    '  rbee-catalog gates . --registry https://registry.example --download',
  ].join('\n'),
  options: [
    {
      flags: '--catalog <path>',
      description: 'workers of these catalogs, as for sync, rather than of a registry; may be repeated',
      repeatable: true,
    },
    {
      flags: '--registry <url>',
      description: 'the registry to look at (default: http://127.0.0.1:8787)',
      variable: 'RBEE_REGISTRY',
    },
    {
      flags: '--download',
      description: 'fetch and hash every archive, rather than ask for its size and tag',
    },
  ],
  load: () => import('./gates.ts'),
}
