import { type CommandSpec, HOME_OPTION, MIRROR_OPTION, REGISTRY_OPTION } from '../../program/define.ts'

export const BUNDLE: CommandSpec = {
  name: 'bundle',
  summary: 'carry workers to machines without a network, in one file',
  options: [],
  commands: [
    {
      name: 'create',
      arguments: '<workers...>',
      summary: 'write what an install of workers needs into one file',
      description: [
        'Plans each worker for each host that is described, verifies it as an install does, and writes the archives with',
        'everything that proves them: signed metadata, the public log, publishers and the list of quarantined releases.',
        '',
        'Examples:',
        '  rbee-hive bundle create llm-worker -o workers.rbee',
        '  rbee-hive bundle create llm-worker@0.1.0 ocr-worker --host-profile a.json --host-profile b.json -o workers.rbee',
      ].join('\n'),
      options: [
        { flags: '-o, --output <file>', description: 'the file to write; it is replaced in one step' },
        {
          flags: '--host-profile <file>',
          description: 'a host that it is for, instead of this one; may be repeated',
          repeatable: true,
        },
        { flags: '--variant <name>', description: 'take this variant of each worker or none' },
        MIRROR_OPTION,
        { flags: '--yes', description: 'trust a registry that is new here without asking' },
        REGISTRY_OPTION,
        HOME_OPTION,
      ],
      load: () => import('./bundle-create.ts'),
    },
    {
      name: 'install',
      arguments: '<file>',
      summary: 'install the workers of a bundle; nothing is asked of the network',
      description: [
        'Every rule of an install holds: what is in the file is compared with what its registry signed, with the public log, with',
        'publishers and with what this machine knows of them. That something newer was withdrawn or published since the file was',
        'made, it cannot tell: so it takes none that is older than --max-age.',
        '',
        'Examples:',
        '  rbee-hive bundle install workers.rbee',
      ].join('\n'),
      options: [
        {
          flags: '--max-age <time>',
          description: 'refuse a bundle that is older, such as 72h or 30d',
          default: '30d',
        },
        {
          flags: '--host-profile <file>',
          description: 'plan for the host that this file describes instead of this one',
        },
        { flags: '--yes', description: 'trust a registry that is new here without asking' },
        HOME_OPTION,
      ],
      load: () => import('./bundle-install.ts'),
    },
    {
      name: 'show',
      arguments: '<file>',
      summary: 'show what a bundle holds, for whom, and how old it is',
      options: [],
      load: () => import('./bundle-show.ts'),
    },
  ],
}
