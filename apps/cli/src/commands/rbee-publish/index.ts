import { completionSpec } from '../../program/completion/spec.ts'
import { type ProgramSpec, REGISTRY_OPTION } from '../../program/define.ts'

export const program: ProgramSpec = {
  name: 'rbee-publish',
  summary: 'build, check and publish a worker',
  description: [
    'Reads the worker.toml in DIR (by default the current folder), runs its build',
    'for this machine, packs what came out, lets it prove itself and publishes it.',
    'The token of the registry is read from RBEE_TOKEN. A release is never changed:',
    'the same bytes again are no news, other bytes need a new version.',
    '',
    'Examples:',
    '  rbee-publish --dry-run',
    '  rbee-publish workers/my-worker --variant cuda',
    '  rbee-publish --artifact linux-x86_64/cpu=dist/cpu',
    '  rbee-publish --name my-worker --version 1.2.0 --license MIT \\',
    '    --artifact linux-x86_64=dist',
  ].join('\n'),
  commands: [completionSpec('rbee-publish')],
  root: {
    name: 'publish',
    arguments: '[dir]',
    summary: 'build, check and publish a worker',
    options: [
      { flags: '--name <id>', description: "the worker's id, in place of worker.toml's" },
      {
        flags: '--version <version>',
        description: 'the version to publish, in place of the one in the folder',
      },
      { flags: '--license <expression>', description: "SPDX expression, in place of worker.toml's" },
      {
        flags: '--platforms <list>',
        description: 'platforms the worker runs on, such as linux-x86_64,macos-aarch64',
      },
      {
        flags: '--artifact <platform[/variant]=path>',
        description: 'publish this folder, which holds bin/<program>, instead of building; may be repeated',
        repeatable: true,
      },
      {
        flags: '--variant <name>',
        description: 'build this variant here; may be repeated',
        repeatable: true,
      },
      { flags: '--compression <level>', description: 'fast, default or best', default: 'default' },
      { flags: '--dry-run', description: 'print the plan; build, upload and change nothing' },
      { flags: '--skip-selftest', description: 'publish what was built here without its self-test' },
      { flags: '--verbose', description: 'show the output of the build as it comes' },
      REGISTRY_OPTION,
    ],
    load: () => import('./publish.ts'),
  },
}
