import {
  type CommandSpec,
  KEY_OPTION,
  type OptionSpec,
  REASON_OPTION,
  REGISTRY_OPTION,
} from '../../program/define.ts'

const NEW_OPTION: OptionSpec = { flags: '--new <file>', description: 'the secret key that comes' }
/** A change that speaks for itself needs no other reason. */
const reason = (text: string): OptionSpec => ({ ...REASON_OPTION, default: text })

/** `rbee-publish key …`: the keys with which a publisher signs. */
export const KEY_COMMAND: CommandSpec = {
  name: 'key',
  summary: 'make, bind and replace the key with which you sign releases',
  description: [
    'From the first key on a worker takes only releases that one of its keys signed: a stolen token alone publishes nothing.',
    'Changes of keys need the token of the publisher in RBEE_TOKEN, and the signature of a key that is valid.',
  ].join('\n'),
  options: [],
  commands: [
    {
      name: 'new',
      summary: 'make a secret key in a file that only you can read',
      options: [
        {
          flags: '--out <file>',
          description: 'where to write it',
          default: '~/.config/rbee/publisher.key',
        },
      ],
      load: () => import('./key-new.ts'),
    },
    {
      name: 'show',
      summary: 'print the id and the public half of your key',
      options: [KEY_OPTION],
      load: () => import('./key-show.ts'),
    },
    {
      name: 'bind',
      arguments: '<worker>',
      summary: 'bind the first key of a worker: from then on every release has to be signed',
      options: [KEY_OPTION, reason('the first key of its publisher'), REGISTRY_OPTION],
      load: () => import('./key-bind.ts'),
    },
    {
      name: 'add',
      arguments: '<worker>',
      summary: 'add a key, such as one to keep in a safe',
      options: [KEY_OPTION, NEW_OPTION, reason('a further key of its publisher'), REGISTRY_OPTION],
      load: () => import('./key-add.ts'),
    },
    {
      name: 'rotate',
      arguments: '<worker>',
      summary: 'put a new key in the place of the one you have',
      description: [
        'Adds the new key, then revokes the one of --key. What the old key signed until then stays valid.',
        '',
        'Examples:',
        '  rbee-publish key new --out ~/.config/rbee/publisher-2.key',
        '  rbee-publish key rotate my-worker --new ~/.config/rbee/publisher-2.key',
      ].join('\n'),
      options: [KEY_OPTION, NEW_OPTION, reason('replaced by a new key'), REGISTRY_OPTION],
      load: () => import('./key-rotate.ts'),
    },
    {
      name: 'revoke',
      arguments: '<worker> <key-id>',
      summary: 'revoke a key; nothing that it signs from then on is taken',
      description: [
        'Signed with a key that is valid, which may be the very one. When no key is left, nothing of the worker can be',
        'published until an operator resets its keys.',
        '',
        'Examples:',
        '  rbee-publish key revoke my-worker 6b23c0d5 --reason "the laptop was stolen" --key safe.key',
      ].join('\n'),
      options: [KEY_OPTION, REASON_OPTION, REGISTRY_OPTION],
      load: () => import('./key-revoke.ts'),
    },
    {
      name: 'list',
      arguments: '<worker>',
      summary: 'show the keys of a worker',
      options: [REGISTRY_OPTION],
      load: () => import('./key-list.ts'),
    },
  ],
}
