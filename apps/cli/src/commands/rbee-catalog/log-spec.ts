import type { CommandSpec } from '../../program/define.ts'
import { LOG_KEY_OPTION } from './options.ts'

/** `rbee-catalog log …`: reads and verifies the transparency log. */
export const LOG_COMMAND: CommandSpec = {
  name: 'log',
  summary: 'verify the transparency log of a registry',
  commands: [
    {
      name: 'verify',
      arguments: '<url>',
      summary: 'read the whole log of a registry, and compare it with what the registry serves',
      description: [
        'Reads every entry, builds the tree anew, and checks it against the signed tree head and against every release',
        'that is served. Ends with exit code 4 and a code of its own where an entry was altered, taken out or moved,',
        'where the log shrank or has another past, and where releases are served otherwise than the log says.',
        '',
        'With --state the log is compared with what it was the last time, which no registry can talk itself out of: keep',
        'the file where only you can write.',
        '',
        'Examples:',
        '  rbee-catalog log verify https://registry.example --state log-state.json',
        '  rbee-catalog log verify http://127.0.0.1:8787 --key "$(cat log.pub)" --json',
      ].join('\n'),
      options: [
        LOG_KEY_OPTION,
        {
          flags: '--state <file>',
          description: 'remembers the log in this file, and compares it the next time',
        },
        {
          flags: '--mirror <url>',
          description: 'read the log and the releases that this mirror has, instead of those of the registry',
        },
      ],
      load: () => import('./log-verify.ts'),
    },
    {
      name: 'show',
      arguments: '<url> [worker]',
      summary: 'show what a registry published and withdrew, and who did it when and why',
      description: [
        'Reads the whole log and checks that it is the one that is signed, then shows its entries, or those about a worker.',
        '',
        'Examples:',
        '  rbee-catalog log show https://registry.example llm-worker',
        '  rbee-catalog log show http://127.0.0.1:8787 --json',
      ].join('\n'),
      options: [LOG_KEY_OPTION],
      load: () => import('./log-show.ts'),
    },
    {
      name: 'key',
      summary: 'make a secret key for the log of a server on Cloudflare, and print it, alone, on stdout',
      description: [
        'A server on Node makes its key itself. What clients verify with is told on stderr.',
        '',
        'Examples:',
        '  rbee-catalog log key --name registry.example/log | wrangler secret put RBEE_LOG_KEY',
      ].join('\n'),
      options: [
        { flags: '--name <name>', description: 'of the log: by convention an address without https://' },
      ],
      load: () => import('./log-key.ts'),
    },
  ],
  options: [],
}
