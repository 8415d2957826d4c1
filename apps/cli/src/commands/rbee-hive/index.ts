import {
  type CommandSpec,
  HOME_OPTION,
  type OptionSpec,
  type ProgramSpec,
  REGISTRY_OPTION,
} from '../../program/define.ts'

const HOST_PROFILE_OPTION: OptionSpec = {
  flags: '--host-profile <file>',
  description: 'plan for the host that this file describes instead of this one',
}

export const INSTALL: CommandSpec = {
  name: 'install',
  arguments: '<worker>',
  summary: 'install the build of a worker that fits this machine best',
  description: [
    'Chooses among the variants of a worker, says why, downloads and checks the chosen one, lets it prove itself',
    'and makes it active. Until then, and after any failure, what was installed before stays active.',
    '',
    'Examples:',
    '  rbee-hive install llm-worker --auto',
    '  rbee-hive install llm-worker@0.1.0 --variant cpu',
    '  rbee-hive install llm-worker --auto --dry-run --json --host-profile laptop.json',
  ].join('\n'),
  options: [
    {
      flags: '--auto',
      description: 'choose the variant for this machine (what happens unless one is named)',
    },
    { flags: '--variant <name>', description: 'take this variant or none' },
    { flags: '--version <version>', description: 'take this version instead of the latest' },
    { flags: '--dry-run', description: 'print the plan and do nothing' },
    HOST_PROFILE_OPTION,
    REGISTRY_OPTION,
    HOME_OPTION,
  ],
  load: () => import('./install.ts'),
}

export const LIST: CommandSpec = {
  name: 'list',
  summary: 'list what is installed',
  options: [HOME_OPTION],
  load: () => import('./list.ts'),
}

export const INFO: CommandSpec = {
  name: 'info',
  arguments: '<worker>',
  summary: 'show a worker: its variants, what they need, and what is installed',
  options: [REGISTRY_OPTION, HOME_OPTION],
  load: () => import('./info.ts'),
}

export const program: ProgramSpec = {
  name: 'rbee-hive',
  summary: 'choose, install and run AI inference workers on this machine',
  commands: [
    {
      name: 'detect',
      summary: 'show what this machine has: processor, memory, GPUs, drivers',
      options: [HOME_OPTION, HOST_PROFILE_OPTION],
      load: () => import('./detect.ts'),
    },
    INSTALL,
    LIST,
    INFO,
    {
      name: 'run',
      arguments: '<worker> [args...]',
      summary: 'start an installed worker and wait until it answers',
      description: [
        'Starts the worker and stays until it ends or Ctrl-C; with --detach it goes on by itself. Arguments after a lone',
        '"--" are passed on to the worker.',
        '',
        'Examples:',
        '  rbee-hive run llm-worker --model model.gguf --port 9000',
        '  rbee-hive run ocr-worker --detach',
      ].join('\n'),
      options: [
        { flags: '--model <file>', description: 'the model file to load' },
        { flags: '--port <port>', description: 'the port to listen on; any free one if left out' },
        { flags: '--detach', description: 'leave it running and return once it answers' },
        {
          flags: '--ready-timeout <seconds>',
          description: 'give up when it does not answer in time',
          default: '600',
        },
        HOME_OPTION,
      ],
      load: () => import('./run.ts'),
    },
    {
      name: 'status',
      arguments: '[worker]',
      summary: 'show what is running and whether it answers',
      options: [HOME_OPTION],
      load: () => import('./status.ts'),
    },
    {
      name: 'stop',
      arguments: '<worker>',
      summary: 'stop a running worker; it finishes its requests first',
      options: [
        { flags: '--grace <seconds>', description: 'end it by force after this time', default: '30' },
        HOME_OPTION,
      ],
      load: () => import('./stop.ts'),
    },
    {
      name: 'uninstall',
      arguments: '<worker>',
      summary: 'remove a worker from this machine',
      options: [HOME_OPTION],
      load: () => import('./uninstall.ts'),
    },
  ],
}
