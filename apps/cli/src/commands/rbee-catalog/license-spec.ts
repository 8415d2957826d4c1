import type { CommandSpec } from '../../program/define.ts'
import { LICENSE_EXPIRES_OPTION, TOKEN_PLACE_OPTIONS } from './options.ts'

/** `rbee-catalog license …`: sells, extends and revokes licences of premium workers. */
export const LICENSE_COMMAND: CommandSpec = {
  name: 'license',
  summary: 'issue and revoke licences of premium workers',
  options: [],
  commands: [
    {
      name: 'issue',
      summary: 'issue a licence and print it, alone, on stdout',
      description: [
        'The licence is shown once and stored nowhere. Who holds it may fetch the workers that it names.',
        '',
        'Examples:',
        '  rbee-catalog license issue --worker paid-worker --customer "ACME GmbH" --seats 5 --expires 52w',
        '  rbee-catalog license issue --worker paid-worker --customer "ACME GmbH" --seats 20 --floating',
        '  rbee-catalog license issue --worker paid-worker --customer you@example.org --trial 14',
      ].join('\n'),
      options: [
        {
          flags: '--worker <id>',
          description: 'a worker that it is for; may be repeated',
          repeatable: true,
        },
        { flags: '--customer <name>', description: 'who bought it' },
        {
          flags: '--seats <n>',
          description: 'machines that may have it at the same time (default: any number)',
        },
        {
          flags: '--floating',
          description:
            'free a seat 15 minutes after its machine fell silent, instead of keeping it until it is released',
        },
        {
          flags: '--entitlement <word>',
          description: 'something more that it allows; may be repeated',
          repeatable: true,
        },
        LICENSE_EXPIRES_OPTION,
        { flags: '--trial <days>', description: 'issue a trial that ends after so many days' },
        ...TOKEN_PLACE_OPTIONS,
      ],
      load: () => import('./license-issue.ts'),
    },
    {
      name: 'list',
      summary: 'list the licences that were issued, newest first',
      options: [
        { flags: '--worker <id>', description: 'only those that name this worker' },
        ...TOKEN_PLACE_OPTIONS,
      ],
      load: () => import('./license-list.ts'),
    },
    {
      name: 'show',
      arguments: '<id>',
      summary: 'show a licence, without its token',
      options: [...TOKEN_PLACE_OPTIONS],
      load: () => import('./license-show.ts'),
    },
    {
      name: 'seats',
      arguments: '<id>',
      summary: 'list the machines that use a licence',
      options: [...TOKEN_PLACE_OPTIONS],
      load: () => import('./license-seats.ts'),
    },
    {
      name: 'release',
      arguments: '<id> <fingerprint>',
      summary: 'take the seat of a machine away, for another one',
      options: [...TOKEN_PLACE_OPTIONS],
      load: () => import('./license-release.ts'),
    },
    {
      name: 'revoke',
      arguments: '<id>',
      summary: 'end a licence at once, for good',
      options: [
        { flags: '--reason <text>', description: 'why, in one line of at most 500 characters' },
        ...TOKEN_PLACE_OPTIONS,
      ],
      load: () => import('./license-revoke.ts'),
    },
    {
      name: 'extend',
      arguments: '<id>',
      summary: 'let a licence last longer, and print its new token, alone, on stdout',
      options: [LICENSE_EXPIRES_OPTION, ...TOKEN_PLACE_OPTIONS],
      load: () => import('./license-extend.ts'),
    },
    {
      name: 'key',
      summary: 'make a secret key for licences of a server on Cloudflare, and print it, alone, on stdout',
      description: [
        'A server on Node makes its key itself. What licences are checked with is told on stderr.',
        '',
        'Examples:',
        '  rbee-catalog license key | wrangler secret put RBEE_LICENSE_SIGNING_KEY',
      ].join('\n'),
      options: [],
      load: () => import('./license-key.ts'),
    },
  ],
}
