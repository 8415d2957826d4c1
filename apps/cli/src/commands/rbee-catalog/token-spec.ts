import type { CommandSpec } from '../../program/define.ts'
import { TOKEN_PLACE_OPTIONS } from './options.ts'

/** `rbee-catalog token …`: who may publish and operate. */
export const TOKEN_COMMAND: CommandSpec = {
  name: 'token',
  summary: 'create and revoke tokens',
  commands: [
    {
      name: 'create',
      summary: 'create a token and print it, alone, on stdout',
      description: [
        'The token is shown once and stored nowhere: the registry keeps its hash.',
        '',
        'Examples:',
        '  rbee-catalog token create --scope operator',
        '  rbee-catalog token create --scope publish --worker my-worker --expires 30d',
      ].join('\n'),
      options: [
        { flags: '--scope <scope>', description: 'publish (releases) or operator (everything)' },
        { flags: '--worker <id>', description: 'limit a publish token to one worker' },
        {
          flags: '--expires <time>',
          description: 'how long it is valid: 12h, 30d, 52w (default: until revoked)',
        },
        {
          flags: '--mail <address>',
          description: 'where its holder is told of changes of owner; never shown',
        },
        ...TOKEN_PLACE_OPTIONS,
      ],
      load: () => import('./token-create.ts'),
    },
    {
      name: 'revoke',
      arguments: '<id>',
      summary: 'end a token at once',
      options: TOKEN_PLACE_OPTIONS,
      load: () => import('./token-revoke.ts'),
    },
  ],
  options: [],
}
