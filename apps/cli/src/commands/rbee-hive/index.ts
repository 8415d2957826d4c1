import { completionSpec } from '../../program/completion/spec.ts'
import {
  type CommandSpec,
  HOME_OPTION,
  MIRROR_OPTION,
  type OptionSpec,
  type ProgramSpec,
  REGISTRY_OPTION,
} from '../../program/define.ts'
import { BUNDLE } from './bundle-spec.ts'
import { LICENSE } from './license-spec.ts'
import { MIRROR } from './mirror-spec.ts'

const LOCK_OPTION: OptionSpec = {
  flags: '--lock <file>',
  description: 'the lock file; by default rbee.lock in the home folder',
}

export const HOST_PROFILE_OPTION: OptionSpec = {
  flags: '--host-profile <file>',
  description: 'plan for the host that this file describes instead of this one',
}

const LICENSE_OPTION: OptionSpec = {
  flags: '--license <token>',
  description: 'the licence of a premium worker; others on this machine do not see the variable',
  variable: 'RBEE_LICENSE_TOKEN',
}

/** How registries are met whose word is taken. */
const ALLOW_UNSIGNED_OPTION: OptionSpec = {
  flags: '--allow-unsigned',
  description: 'take what a registry says that signs nothing and never did: an older server',
}
const TRUST_OPTIONS: readonly OptionSpec[] = [
  { flags: '--yes', description: 'trust a registry that is new here without asking' },
  ALLOW_UNSIGNED_OPTION,
]

/** The options of every command that replaces the build of running workers. */
const SWITCH_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--restart',
    description: 'end the running worker first, where memory does not hold two; it is away meanwhile',
  },
  {
    flags: '--ready-timeout <seconds>',
    description: 'give up, and go on with the build before, when the new one does not answer in time',
    default: '600',
  },
  {
    flags: '--drain-timeout <seconds>',
    description: 'cut off what still runs on the build before after this time',
    default: '300',
  },
]

/** What a build from source may do, and what it may take. */
const SOURCE_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--from <where>',
    description:
      'binary: what is published; source: built here, by the PKGBUILD that is shown; auto: source where nothing is published for this machine',
  },
  {
    flags: '--yes',
    description: 'without asking, build the script that is shown, and trust a registry that is new here',
  },
  { flags: '--allow-unsandboxed', description: 'build without a sandbox where there is none' },
  { flags: '--allow-network', description: 'let prepare() of the script use the network' },
  { flags: '--allow-unpinned', description: 'build what a branch holds at this moment' },
  { flags: '--build-timeout <seconds>', description: 'end a build that takes longer', default: '7200' },
  {
    flags: '--build-memory <size>',
    description: "end a build that takes more; by default three quarters of the machine's memory",
  },
  { flags: '--build-disk <size>', description: 'end a build that writes more', default: '20 GiB' },
]

/** How young a release may be that is taken without being named. */
const COOLDOWN_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--cooldown <time>',
    description:
      'prefer a release that is at least so old, such as 72h or 3d, where there is one; 0 takes the newest',
    variable: 'RBEE_COOLDOWN',
    default: '72h',
  },
  { flags: '--now', description: 'take the newest release, however young' },
]

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
    '  rbee-hive install my-worker --from source',
    '  rbee-hive install llm-worker --locked --lock rbee.lock',
  ].join('\n'),
  options: [
    {
      flags: '--auto',
      description: 'choose the variant for this machine (what happens unless one is named)',
    },
    { flags: '--variant <name>', description: 'take this variant or none' },
    { flags: '--version <version>', description: 'take this version instead of the latest' },
    { flags: '--dry-run', description: 'print the plan and do nothing' },
    ...COOLDOWN_OPTIONS,
    { flags: '--locked', description: 'install what the lock file names, and nothing else' },
    LOCK_OPTION,
    LICENSE_OPTION,
    ...SOURCE_OPTIONS,
    ALLOW_UNSIGNED_OPTION,
    HOST_PROFILE_OPTION,
    REGISTRY_OPTION,
    MIRROR_OPTION,
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
  completes: 'installed',
  summary: 'show a worker: its variants, what they need, and what is installed',
  options: [...TRUST_OPTIONS, REGISTRY_OPTION, HOME_OPTION],
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
      completes: 'installed',
      summary: 'start an installed worker and wait until it answers',
      description: [
        'Starts the worker and stays until it ends or Ctrl-C; with --detach it goes on by itself, and is started again',
        'whenever it crashes. Arguments after a lone "--" are passed on to the worker.',
        '',
        'Examples:',
        '  rbee-hive run llm-worker --model model.gguf --port 9000',
        '  rbee-hive run ocr-worker --detach',
        '  rbee-hive run ocr-worker --detach --name second-ocr',
      ].join('\n'),
      options: [
        { flags: '--model <file>', description: 'the model file to load' },
        {
          flags: '--port <port>',
          description: 'the port to listen on; if left out the one it had before, else any free one',
        },
        { flags: '--name <name>', description: 'tells it from others of the same worker that run here' },
        { flags: '--detach', description: 'leave it running and return once it answers' },
        {
          flags: '--supervise',
          description: 'as --detach, but stay: for systemd and other programs that watch over services',
        },
        {
          flags: '--ready-timeout <seconds>',
          description: 'give up when it does not answer in time',
          default: '600',
        },
        {
          flags: '--on-quarantine <action>',
          description: 'when its release is quarantined while it runs: warn, or stop it',
          variable: 'RBEE_ON_QUARANTINE',
          default: 'warn',
        },
        HOME_OPTION,
      ],
      load: () => import('./run.ts'),
    },
    {
      name: 'status',
      arguments: '[worker]',
      completes: 'running',
      summary: 'show what is running and whether it answers',
      options: [HOME_OPTION],
      load: () => import('./status.ts'),
    },
    {
      name: 'stop',
      arguments: '<worker>',
      completes: 'running',
      summary: 'stop a running worker; it finishes its requests first',
      options: [
        { flags: '--grace <seconds>', description: 'end it by force after this time', default: '30' },
        HOME_OPTION,
      ],
      load: () => import('./stop.ts'),
    },
    {
      name: 'logs',
      arguments: '<worker>',
      completes: 'running',
      summary: 'show what a worker printed that does not run in the foreground',
      options: [
        { flags: '--follow', description: 'go on with what it prints until Ctrl-C, or until it is stopped' },
        { flags: '-n, --lines <n>', description: 'only the last lines; with --follow 10 if left out' },
        { flags: '--previous', description: 'what the process before the last one printed: why it crashed' },
        { flags: '--build', description: 'what its last build from source printed' },
        HOME_OPTION,
      ],
      load: () => import('./logs.ts'),
    },
    {
      name: 'update',
      arguments: '[workers...]',
      completes: 'installed',
      summary: 'bring workers to their newest release without losing a request',
      description: [
        'Installs the newest release of the variant that is installed, starts it beside the one that runs, sends new',
        'requests there once it is ready, and ends the old one when it has finished those it has. Whatever fails before',
        'that leaves everything as it was.',
        '',
        'Examples:',
        '  rbee-hive update --all --dry-run',
        '  rbee-hive update llm-worker',
      ].join('\n'),
      options: [
        { flags: '--all', description: 'every worker that is installed' },
        { flags: '--auto', description: 'choose the variant anew; else it stays the one that is installed' },
        { flags: '--dry-run', description: 'print what would be done and do nothing' },
        ...COOLDOWN_OPTIONS,
        ...SWITCH_OPTIONS,
        ...TRUST_OPTIONS,
        LICENSE_OPTION,
        HOST_PROFILE_OPTION,
        {
          flags: '--registry <url>',
          description: 'the registry to ask; by default the one that each worker was installed from',
          variable: 'RBEE_REGISTRY',
        },
        MIRROR_OPTION,
        HOME_OPTION,
      ],
      load: () => import('./update.ts'),
    },
    {
      name: 'outdated',
      summary: 'show which installed workers have a newer release',
      options: [
        ...TRUST_OPTIONS,
        {
          flags: '--registry <url>',
          description: 'the registry to ask; by default the one that each worker was installed from',
          variable: 'RBEE_REGISTRY',
        },
        MIRROR_OPTION,
        HOME_OPTION,
      ],
      load: () => import('./outdated.ts'),
    },
    {
      name: 'rollback',
      arguments: '<worker>',
      completes: 'installed',
      summary: 'go back to the build before the active one; once more goes forward again',
      options: [...SWITCH_OPTIONS, HOME_OPTION],
      load: () => import('./rollback.ts'),
    },
    {
      name: 'boot',
      summary: 'start workers with the machine',
      options: [],
      commands: [
        {
          name: 'enable',
          arguments: '<worker> [args...]',
          completes: 'installed',
          summary: 'start a worker with the machine from now on',
          description: [
            'Writes a user unit of systemd, or a launch agent on macOS, that runs the worker as rbee-hive run --supervise does,',
            'and enables it. Once more with other options replaces it. Arguments after a lone "--" are passed on to the worker.',
            '',
            'Examples:',
            '  rbee-hive boot enable llm-worker --model model.gguf --port 9000 --now',
            '  rbee-hive boot enable ocr-worker --dry-run',
          ].join('\n'),
          options: [
            { flags: '--model <file>', description: 'the model file to load' },
            { flags: '--port <port>', description: 'the port to listen on' },
            { flags: '--name <name>', description: 'tells it from others of the same worker' },
            {
              flags: '--ready-timeout <seconds>',
              description: 'start it anew when it does not answer in time',
              default: '600',
            },
            { flags: '--now', description: 'start it at once, too' },
            { flags: '--dry-run', description: 'print the file that would be written, and do nothing' },
            HOME_OPTION,
          ],
          load: () => import('./boot-enable.ts'),
        },
        {
          name: 'disable',
          arguments: '<name>',
          completes: 'installed',
          summary: 'do not start a worker with the machine any more; one that runs so is stopped',
          options: [],
          load: () => import('./boot-disable.ts'),
        },
        {
          name: 'status',
          summary: 'show which workers start with the machine',
          options: [],
          load: () => import('./boot-status.ts'),
        },
      ],
    },
    {
      name: 'audit',
      summary: 'check whether anything that is installed is quarantined, withdrawn or outdated',
      description: [
        'Checks every installed build against the list of quarantined releases of its registry, which is fetched first, and asks',
        'the registry what else there is to say. With --offline the list that is kept here decides, as long as it is good.',
        'Ends with 0 when nothing is quarantined, and with 4 when something is, or no list is there that is good any more.',
      ].join('\n'),
      options: [{ flags: '--offline', description: 'ask nobody' }, ...TRUST_OPTIONS, HOME_OPTION],
      load: () => import('./audit.ts'),
    },
    {
      name: 'verify',
      arguments: '<worker>',
      completes: 'installed',
      summary: 'say what is proven about a worker, and by whom',
      description: [
        'Reads every file of the installed build again, and asks its registry, the public log, its publisher and independent',
        'builders what speaks for it. What nobody can be asked about is said to be not available. WORKER@VERSION may be a release',
        'that is not installed: then it is what the registry offers for this machine.',
        'Ends with 0 when nothing failed, and with 4 when something did.',
        '',
        'Examples:',
        '  rbee-hive verify llm-worker',
        '  rbee-hive verify llm-worker@0.1.0 --json',
      ].join('\n'),
      options: [
        { flags: '--offline', description: 'ask nobody' },
        ...TRUST_OPTIONS,
        {
          flags: '--registry <url>',
          description: 'the registry of a release that is not installed',
          variable: 'RBEE_REGISTRY',
          default: 'http://127.0.0.1:8787',
        },
        HOME_OPTION,
      ],
      load: () => import('./verify.ts'),
    },
    LICENSE,
    {
      name: 'trust',
      summary: 'say which registries and publishers are trusted, and by which keys',
      options: [],
      commands: [
        {
          name: 'add',
          arguments: '<url>',
          summary: 'trust a registry by the root that its operator hands out, in place of any other',
          description: [
            'Nothing of a registry is used that its signed metadata does not vouch for, and that begins with the root. The file is',
            'public: its operator has it in the folder with the keys, and the registry itself at /v1/tuf/1.root.json. What counts is',
            'to get it, or its SHA-256, another way than from the registry.',
            '',
            'Examples:',
            '  rbee-hive trust add https://workers.example --root 1.root.json',
          ].join('\n'),
          options: [
            { flags: '--root <file>', description: 'the root to trust, such as 1.root.json' },
            HOME_OPTION,
          ],
          load: () => import('./trust-add.ts'),
        },
        {
          name: 'list',
          summary: 'list the registries that are trusted here',
          options: [HOME_OPTION],
          load: () => import('./trust-list.ts'),
        },
        {
          name: 'remove',
          arguments: '<url>',
          summary: 'forget what is trusted of a registry; what is installed from it stays',
          options: [HOME_OPTION],
          load: () => import('./trust-remove.ts'),
        },
        {
          name: 'keys',
          arguments: '<worker>',
          completes: 'installed',
          summary: "show the keys of a worker's publisher, as they were seen when it was installed",
          options: [REGISTRY_OPTION, HOME_OPTION],
          load: () => import('./trust-keys.ts'),
        },
        {
          name: 'accept-keys',
          arguments: '<worker>',
          completes: 'installed',
          summary: "take keys of a worker's publisher that the registry changed without them",
          description: [
            'Who publishes a worker is known by keys, and keys change by the signature of the ones before. Where the registry gave a',
            'worker other keys, because its publisher lost theirs or somebody deceived it, nothing of the worker is installed until',
            'you take the new keys: compare them with what the publisher says in another place.',
            '',
            'Examples:',
            '  rbee-hive trust keys llm-worker',
            '  rbee-hive trust accept-keys llm-worker',
          ].join('\n'),
          options: [{ flags: '--yes', description: 'without asking' }, REGISTRY_OPTION, HOME_OPTION],
          load: () => import('./trust-accept-keys.ts'),
        },
      ],
    },
    {
      name: 'doctor',
      summary: 'look for what keeps workers from running here, and tell the cure',
      description: [
        'Looks at drivers and GPUs, the home folder, the registry, installed workers and those that run. Changes nothing.',
        'Ends with 0 when there is no problem, with or without warnings, and else with 1.',
      ].join('\n'),
      options: [
        { flags: '--self-test', description: 'let every installed worker prove itself again' },
        REGISTRY_OPTION,
        HOME_OPTION,
      ],
      load: () => import('./doctor.ts'),
    },
    {
      name: 'uninstall',
      arguments: '<worker>',
      completes: 'installed',
      summary: 'remove a worker from this machine',
      options: [
        {
          flags: '--release-seat',
          description: 'give back the seat of a licence that nothing here needs any more',
        },
        HOME_OPTION,
      ],
      load: () => import('./uninstall.ts'),
    },
    {
      name: 'du',
      summary: 'show what each installed build takes on the disk, and what they share',
      options: [HOME_OPTION],
      load: () => import('./du.ts'),
    },
    {
      name: 'gc',
      summary: 'remove interrupted downloads and builds that nobody uses',
      options: [
        { flags: '--previous', description: 'also the builds that are kept for a way back' },
        HOME_OPTION,
      ],
      load: () => import('./gc.ts'),
    },
    BUNDLE,
    MIRROR,
    completionSpec('rbee-hive'),
  ],
}
