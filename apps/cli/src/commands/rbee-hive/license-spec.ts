import { type CommandSpec, HOME_OPTION, REGISTRY_OPTION } from '../../program/define.ts'

/** `rbee-hive license …`: licences of premium workers, and the seats that this machine has of them. */
export const LICENSE: CommandSpec = {
  name: 'license',
  summary: 'keep licences of premium workers on this machine',
  options: [],
  commands: [
    {
      name: 'add',
      arguments: '[token]',
      summary: 'keep a licence, after asking the registry whether it is good',
      description: [
        'Without TOKEN it is taken from RBEE_LICENSE_TOKEN, or from the file that RBEE_LICENSE_KEY or --file names: others on this',
        'machine can see what stands on a command line. It is kept in the home folder, for you alone to read.',
        '',
        'Examples:',
        '  rbee-hive license add --file licence.txt',
      ].join('\n'),
      options: [
        { flags: '--file <file>', description: 'the file that holds the licence, and nothing else' },
        REGISTRY_OPTION,
        HOME_OPTION,
      ],
      load: () => import('./license-add.ts'),
    },
    {
      name: 'list',
      summary: 'list the licences that are kept here, and the seats that this machine has of them',
      options: [HOME_OPTION],
      load: () => import('./license-list.ts'),
    },
    {
      name: 'activate',
      arguments: '[id]',
      summary: 'take a seat of a licence for this machine, or a new lease of it',
      description: [
        'Installing and running a premium worker do so by themselves. The registry learns of a fingerprint that this licence alone',
        'knows the machine by, and not the id of the machine. Without ID the only licence that is kept here is meant.',
        '',
        'Examples:',
        '  rbee-hive license activate',
      ].join('\n'),
      options: [
        { flags: '--label <text>', description: 'what the registry shows its operator of this machine' },
        HOME_OPTION,
      ],
      load: () => import('./license-activate.ts'),
    },
    {
      name: 'release',
      arguments: '[id]',
      summary: "give this machine's seat of a licence back, for another machine",
      options: [HOME_OPTION],
      load: () => import('./license-release.ts'),
    },
    {
      name: 'remove',
      arguments: '<id>',
      summary: 'forget a licence, and give its seat back; what is installed stays',
      options: [HOME_OPTION],
      load: () => import('./license-remove.ts'),
    },
  ],
}
