import { type CommandSpec, DATA_DIR_OPTION, REGISTRY_OPTION } from '../../program/define.ts'
import { KEY_PLACE_OPTIONS } from './options.ts'

/** `rbee-catalog keys …`: the keys that the signed metadata rests on. */
export const KEYS_COMMAND: CommandSpec = {
  name: 'keys',
  summary: 'make, replace and show the keys that a registry signs its metadata with',
  commands: [
    {
      name: 'init',
      summary: 'make a first set of keys, and sign the first root with it',
      description: [
        'Root keys sign who may sign: they belong offline. The online key, in the data folder, signs what the registry',
        'serves. A server that is started without keys makes a set with one root key in its data folder.',
        '',
        'Examples:',
        '  rbee-catalog keys init --root-dir /media/usb --root-keys 3 --threshold 2',
      ].join('\n'),
      options: [
        ...KEY_PLACE_OPTIONS,
        { flags: '--root-keys <count>', description: 'root keys to make', default: '1' },
        {
          flags: '--threshold <count>',
          description: 'root keys that have to sign a change',
          default: '1',
        },
      ],
      load: () => import('./keys-init.ts'),
    },
    {
      name: 'rotate',
      summary: 'replace the online key, or all root keys',
      description: [
        'Signs the next root with the root keys that are trusted now. Clients follow from root to root by themselves.',
        '',
        'Examples:',
        '  rbee-catalog keys rotate --role online --root-dir /media/usb',
      ].join('\n'),
      options: [{ flags: '--role <role>', description: 'online or root' }, ...KEY_PLACE_OPTIONS],
      load: () => import('./keys-rotate.ts'),
    },
    {
      name: 'revoke',
      arguments: '<key-id>',
      summary: 'trust a key no more, and a new one in its place',
      description: [
        'For a key that was lost or stolen. Signs the next root without it; as many other root keys as are needed must lie in',
        'the folder.',
        '',
        'Examples:',
        '  rbee-catalog keys revoke 1b8b22bd1df8d9d9 --root-dir /media/usb',
      ].join('\n'),
      options: KEY_PLACE_OPTIONS,
      load: () => import('./keys-revoke.ts'),
    },
    {
      name: 'renew',
      summary: 'sign root and targets for another year, with the same keys',
      options: KEY_PLACE_OPTIONS,
      load: () => import('./keys-renew.ts'),
    },
    {
      name: 'status',
      summary: 'show which keys are trusted, which of them are here, and when what they signed expires',
      options: KEY_PLACE_OPTIONS,
      load: () => import('./keys-status.ts'),
    },
    {
      name: 'publish',
      summary: 'send the signed root to a server on Cloudflare, whose online key is a secret',
      description: [
        'Needs an operator token in RBEE_TOKEN. The files in keys/online hold what the secret RBEE_SIGNING_KEY is set to.',
        '',
        'Examples:',
        '  rbee-catalog keys publish --data-dir ./cf --registry https://registry.example',
      ].join('\n'),
      options: [DATA_DIR_OPTION, REGISTRY_OPTION],
      load: () => import('./keys-publish.ts'),
    },
  ],
  options: [],
}
