import { type CommandSpec, REASON_OPTION, REGISTRY_OPTION } from '../../program/define.ts'

/** `rbee-catalog transfers …`: reviews who a worker goes to. */
export const TRANSFERS_COMMAND: CommandSpec = {
  name: 'transfers',
  summary: 'review changes of owner that were asked for',
  commands: [
    {
      name: 'list',
      summary: 'show what was asked for, newest first',
      options: [
        {
          flags: '--status <status>',
          description: 'asked, approved, refused, cancelled or done (default: all)',
        },
        REGISTRY_OPTION,
      ],
      load: () => import('./transfers-list.ts'),
    },
    {
      name: 'show',
      arguments: '<id>',
      summary: 'show one transfer, what to know before deciding, and its mails',
      options: [REGISTRY_OPTION],
      load: () => import('./transfers-show.ts'),
    },
    {
      name: 'approve',
      arguments: '<id>',
      summary: 'agree: it takes effect when the waiting time has passed',
      description: [
        'The waiting time runs from the moment when mail to the former owner was handed over, or from now on where there is no',
        'address. Mail that can never be handed over is given up with --without-mail, also afterwards.',
        '',
        'Examples:',
        '  rbee-catalog transfers approve 9d0c… --reason "its author confirmed it in their repository"',
      ].join('\n'),
      options: [
        REASON_OPTION,
        { flags: '--without-mail', description: 'let the waiting time begin at once' },
        REGISTRY_OPTION,
      ],
      load: () => import('./transfers-approve.ts'),
    },
    {
      name: 'refuse',
      arguments: '<id>',
      summary: 'disagree; the worker keeps its owner',
      options: [REASON_OPTION, REGISTRY_OPTION],
      load: () => import('./transfers-refuse.ts'),
    },
    {
      name: 'cancel',
      arguments: '<id>',
      summary: 'stop one that is approved, before it takes effect',
      options: [REASON_OPTION, REGISTRY_OPTION],
      load: () => import('./transfers-cancel.ts'),
    },
  ],
  options: [],
}
