import { type CommandSpec, HOME_OPTION, REGISTRY_OPTION } from '../../program/define.ts'

export const MIRROR: CommandSpec = {
  name: 'mirror',
  summary: 'make a mirror of a registry that any web server serves',
  options: [],
  commands: [
    {
      name: 'sync',
      arguments: '<dir> [workers...]',
      summary: 'write what a registry answers into a folder, or bring it up to date',
      description: [
        'Fetches the signed metadata, documents and archives of all workers, or of those that are named by their ids. What is there',
        'already is not fetched again, and an interrupted run is gone on with. Clients see the mirror as it was until all is there.',
        '',
        'Examples:',
        '  rbee-hive mirror sync /srv/mirror --registry https://workers.example',
        '  rbee-hive mirror sync /srv/mirror llm-worker ocr-worker',
      ].join('\n'),
      options: [
        {
          flags: '--grace <time>',
          description: 'keep what is not needed any more for so long, such as 72h or 7d',
          default: '7d',
        },
        { flags: '--yes', description: 'trust a registry that is new here without asking' },
        REGISTRY_OPTION,
        HOME_OPTION,
      ],
      load: () => import('./mirror-sync.ts'),
    },
  ],
}
