import { completionSpec } from '../../program/completion/spec.ts'
import { HOME_OPTION, type ProgramSpec, REASON_OPTION, REGISTRY_OPTION } from '../../program/define.ts'

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
  commands: [
    {
      name: 'yank',
      arguments: '<worker@version>',
      summary: 'withdraw a release: it is not chosen any more, and stays for who names its version',
      description: [
        'Needs the token of the publisher, or of an operator, in RBEE_TOKEN. Machines that run it go on; they are told by',
        'rbee-hive audit. A release that harms who runs it is for the operator to quarantine.',
        '',
        'Examples:',
        '  rbee-publish yank my-worker@1.2.0 --reason "crashes on cards with 8 GiB"',
      ].join('\n'),
      options: [REASON_OPTION, REGISTRY_OPTION],
      load: () => import('./yank.ts'),
    },
    {
      name: 'unyank',
      arguments: '<worker@version>',
      summary: 'offer a withdrawn release again',
      options: [REASON_OPTION, REGISTRY_OPTION],
      load: () => import('./unyank.ts'),
    },
    {
      name: 'deprecate',
      arguments: '<worker>',
      summary: 'say that a worker should not be used any more, and which one instead',
      options: [
        REASON_OPTION,
        { flags: '--successor <id>', description: 'the worker to use instead' },
        REGISTRY_OPTION,
      ],
      load: () => import('./deprecate.ts'),
    },
    {
      name: 'undeprecate',
      arguments: '<worker>',
      summary: 'take back that a worker should not be used any more',
      options: [REASON_OPTION, REGISTRY_OPTION],
      load: () => import('./undeprecate.ts'),
    },
    {
      name: 'rebuild',
      arguments: '<worker>',
      summary: 'build a published release once more and compare the bytes',
      description: [
        'Fetches the commit that the release names, builds it as publishing does, in a sandbox without network, packs the',
        'result and compares its digest with the published one. The same: exit code 0. Other bytes: exit code 4 and a list of',
        'the files that differ. Nothing stays on this machine but the log of the build.',
        '',
        'Examples:',
        '  rbee-publish rebuild my-worker',
        '  rbee-publish rebuild my-worker@1.2.0 --variant cpu --allow-network',
        '  rbee-publish rebuild my-worker --from . --yes --json',
      ].join('\n'),
      options: [
        { flags: '--platform <platform>', description: "by default this machine's, such as linux-x86_64" },
        { flags: '--variant <name>', description: "by default the release's own default" },
        {
          flags: '--from <dir>',
          description:
            'take the source from this folder: the commit that the release names, where it lies in a repository',
        },
        { flags: '--dry-run', description: 'say what would be built, and do nothing' },
        {
          flags: '--yes',
          description: 'without asking, build what is shown, and trust a registry that is new here',
        },
        { flags: '--allow-unsandboxed', description: 'build without a sandbox where there is none' },
        { flags: '--allow-network', description: 'fetch what the lock file of the source names' },
        { flags: '--build-timeout <seconds>', description: 'end a build that takes longer', default: '7200' },
        {
          flags: '--build-memory <size>',
          description: "end a build that takes more; by default three quarters of the machine's memory",
        },
        { flags: '--build-disk <size>', description: 'end a build that writes more', default: '20 GiB' },
        {
          flags: '--allow-unsigned',
          description: 'take what a registry says that signs nothing and never did: an older server',
        },
        REGISTRY_OPTION,
        HOME_OPTION,
      ],
      load: () => import('./rebuild.ts'),
    },
    completionSpec('rbee-publish'),
  ],
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
