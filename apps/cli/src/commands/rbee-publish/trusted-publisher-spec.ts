import { type CommandSpec, REGISTRY_OPTION } from '../../program/define.ts'

/** `rbee-publish trusted-publisher …`: which workflows publish a worker without a token that anybody keeps. */
export const TRUSTED_PUBLISHER_COMMAND: CommandSpec = {
  name: 'trusted-publisher',
  summary: 'let workflows of GitHub Actions publish a worker without a token that anybody keeps',
  options: [],
  commands: [
    {
      name: 'add',
      arguments: '<worker>',
      summary: 'trust a workflow to publish a worker',
      description: [
        "Needs the token of the worker's publisher, or of an operator, in RBEE_TOKEN. A worker that does not exist yet is for an",
        'operator, who also gives the number of the account. Its jobs then run rbee-publish without RBEE_TOKEN, with the',
        'permission "id-token: write".',
        '',
        'Examples:',
        '  rbee-publish trusted-publisher add my-worker --github me/my-worker --workflow publish.yml',
        '  rbee-publish trusted-publisher add my-worker --github me/my-worker --workflow publish.yml \\',
        '    --environment release --owner-id 583231',
      ].join('\n'),
      options: [
        { flags: '--github <owner/repo>', description: 'the repository on GitHub' },
        { flags: '--workflow <file>', description: 'the file in .github/workflows, such as publish.yml' },
        {
          flags: '--environment <name>',
          description: 'only jobs in this environment; left out: any or none',
        },
        {
          flags: '--owner-id <number>',
          description:
            'number of the account, from https://api.github.com/users/OWNER; left out: the first accepted run settles it',
        },
        {
          flags: '--repository-id <number>',
          description: 'number of the repository; left out: the first accepted run settles it',
        },
        {
          flags: '--issuer <url>',
          description: 'who signs for the runs, where the registry believes several (default: its first)',
        },
        REGISTRY_OPTION,
      ],
      load: () => import('./trusted-publisher-add.ts'),
    },
    {
      name: 'list',
      arguments: '<worker>',
      summary: 'list the workflows that are trusted to publish a worker',
      options: [REGISTRY_OPTION],
      load: () => import('./trusted-publisher-list.ts'),
    },
    {
      name: 'remove',
      arguments: '<worker> <id>',
      summary: 'trust a workflow no more, and end the tokens of its running jobs',
      options: [REGISTRY_OPTION],
      load: () => import('./trusted-publisher-remove.ts'),
    },
    {
      name: 'only',
      arguments: '<worker>',
      summary: 'let trusted publishers alone publish a worker; only an operator takes that back',
      options: [{ flags: '--off', description: 'let tokens publish it again' }, REGISTRY_OPTION],
      load: () => import('./trusted-publisher-only.ts'),
    },
  ],
}
