import { completionSpec } from '../../program/completion/spec.ts'
import { DATA_DIR_OPTION, type ProgramSpec, REASON_OPTION, REGISTRY_OPTION } from '../../program/define.ts'
import { CHECK_COMMAND } from './check-spec.ts'
import { GATES_COMMAND } from './gates-spec.ts'
import { KEYS_COMMAND } from './keys-spec.ts'
import { LICENSE_COMMAND } from './license-spec.ts'
import { LOG_COMMAND } from './log-spec.ts'
import { BLOBS_OPTION, CATALOG_OPTION } from './options.ts'
import { SERVE_COMMAND } from './serve-spec.ts'
import { TOKEN_COMMAND } from './token-spec.ts'
import { TRANSFERS_COMMAND } from './transfers-spec.ts'

export const program: ProgramSpec = {
  name: 'rbee-catalog',
  summary: 'run a registry of AI inference workers',
  commands: [
    SERVE_COMMAND,
    {
      name: 'sync',
      summary: 'read catalogs here and bring a server up to what they hold',
      description: [
        'Compiles catalogs on this machine and sends what changed to a server, which needs no Git itself. Needs an',
        'operator token in RBEE_TOKEN. Refused workers are listed with their place and reason; all others are served, and',
        'the exit code is 0 unless --strict is given. A catalog whose commit the server has already is not read again.',
        '',
        'Examples:',
        '  rbee-catalog sync --catalog . --dry-run',
        '  RBEE_TOKEN=… rbee-catalog sync --catalog . --registry https://registry.example',
        '  RBEE_TOKEN=… rbee-catalog sync --drop /srv/old-workers',
      ].join('\n'),
      options: [
        REGISTRY_OPTION,
        { flags: '--to <url>', description: 'the same as --registry' },
        CATALOG_OPTION,
        { flags: '--dry-run', description: 'show what would be accepted and refused, and send nothing' },
        {
          flags: '--force',
          description: 'read also what did not change; believe a folder that turned up empty',
        },
        {
          flags: '--drop <catalog>',
          description: 'take this catalog and its workers away, by its name in /v1/catalog/status',
          repeatable: true,
        },
        { flags: '--strict', description: 'exit with 1 when anything is refused' },
      ],
      load: () => import('./sync.ts'),
    },
    {
      name: 'init',
      arguments: '[dir]',
      summary: 'make a Git repository of workers that takes submissions from strangers',
      description: [
        'Writes a guide for submitters, a pull request template, CODEOWNERS, an example worker, and workflows for GitHub:',
        'one checks each submission without running any of it, one comments what was found, one pushes what was merged to',
        'the registry. The folder becomes a Git repository where it is none; nothing is committed.',
        '',
        'Files that exist are never overwritten unless --force is given: where one differs from what would be written,',
        'nothing is written at all. With --registry the workflows run the programs that this server offers, by their SHA-256.',
        '',
        'Examples:',
        '  rbee-catalog init my-catalog --owner ada --registry https://registry.example',
        '  rbee-catalog init . --registry https://registry.example --only .github/rbee.lock --force',
      ].join('\n'),
      options: [
        {
          flags: '--name <name>',
          description: 'what the catalog is called (default: the name of the folder)',
        },
        {
          flags: '--owner <name>',
          description:
            'who reviews submissions: a GitHub account, an organization or ORG/TEAM (default: the owner of the remote origin)',
        },
        { flags: '--organization <name>', description: 'the same as --owner' },
        {
          flags: '--registry <url>',
          description: 'the server that is to serve the catalog',
          variable: 'RBEE_REGISTRY',
        },
        { flags: '--keep', description: 'leave files that exist as they are, and write the others' },
        { flags: '--force', description: 'replace files that exist' },
        {
          flags: '--only <path>',
          description: 'write this file or folder only; may be repeated',
          repeatable: true,
        },
        { flags: '--dry-run', description: 'show what would be written, and write nothing' },
      ],
      load: () => import('./init.ts'),
    },
    GATES_COMMAND,
    CHECK_COMMAND,
    {
      name: 'backup',
      summary: 'save a catalog, also while its server runs',
      description: [
        'Writes a snapshot of database and archives into a folder. Snapshots in one folder share their archives, so that',
        'each backup after the first copies only what is new. Every archive is checked against its SHA-256 as it is',
        'copied; one that is missing or damaged is named, and the exit code is then 1.',
        '',
        'The backup holds what is published and the hashes of tokens: keep it as private as the server.',
        '',
        'Examples:',
        '  rbee-catalog backup --data-dir /var/lib/rbee --to /mnt/backup/rbee',
        '  rbee-catalog backup --blobs s3://workers --to ./backup --json',
      ].join('\n'),
      options: [
        { flags: '--to <dir>', description: 'folder of the backup; made where it does not exist' },
        DATA_DIR_OPTION,
        BLOBS_OPTION,
      ],
      load: () => import('./backup.ts'),
    },
    {
      name: 'restore',
      summary: 'put a saved catalog in place',
      description: [
        'Reads and checks every byte of a snapshot first; a damaged file is named and nothing is changed. Then archives',
        'are put in place, and the database last, in one step: a restore that was interrupted is run again. The server',
        'must not be running. It writes all documents when it is started on the restored catalog.',
        '',
        'Examples:',
        '  rbee-catalog restore --from /mnt/backup/rbee --data-dir /var/lib/rbee',
        '  rbee-catalog restore --from ./backup --snapshot 20260101T000000Z --blobs s3://workers/restored',
      ].join('\n'),
      options: [
        { flags: '--from <dir>', description: 'folder that rbee-catalog backup wrote' },
        { flags: '--snapshot <name>', description: 'which of its snapshots (default: the newest)' },
        DATA_DIR_OPTION,
        BLOBS_OPTION,
        { flags: '--force', description: 'replace the catalog that is there; it is kept beside the new one' },
      ],
      load: () => import('./restore.ts'),
    },
    {
      name: 'programs',
      summary: 'offer the programs themselves for installation',
      commands: [
        {
          name: 'publish',
          arguments: '<archives...>',
          summary: 'upload builds of the programs and offer them at /install.sh',
          description: [
            'Takes files named rbee-VERSION-PLATFORM.tar.gz, or folders that hold them, and offers them in the place of',
            'all that were offered before. Needs an operator token in RBEE_TOKEN. A server on Node offers the portable',
            'build of its own version by itself, which needs Node; executables need nothing.',
            '',
            'Examples:',
            '  npx -y pnpm@12 run build:package',
            '  npx -y pnpm@12 run build:executables',
            '  RBEE_TOKEN=… rbee-catalog programs publish dist/programs --registry https://registry.example',
          ].join('\n'),
          options: [REGISTRY_OPTION],
          load: () => import('./programs-publish.ts'),
        },
      ],
      options: [],
    },
    {
      name: 'repository',
      summary: 'make repositories of package managers: pacman, Homebrew',
      commands: [
        {
          name: 'build',
          arguments: '<dir>',
          summary: 'make or update the repositories of a registry in a folder',
          description: [
            "Turns a registry's releases into a pacman repository (arch/x86_64, arch/aarch64) and a Homebrew tap",
            '(homebrew/tap.git) below DIR, which any web server can serve. Only what is new is downloaded, every archive is',
            'checked, and what clients read first is replaced last: an interrupted build is run again.',
            '',
            'An archive that is missing or breaks a rule is left out and named, and the exit code is then 1. Workers that',
            'need a licence and pre-releases are not offered. Needs no token; rbee-catalog serve does the same by itself.',
            '',
            'Examples:',
            '  rbee-catalog repository build /srv/www/rbee --registry https://registry.example',
            '  rbee-catalog repository build ./repository --json',
          ].join('\n'),
          options: [REGISTRY_OPTION],
          load: () => import('./repository-build.ts'),
        },
      ],
      options: [],
    },
    TRANSFERS_COMMAND,
    KEYS_COMMAND,
    LOG_COMMAND,
    {
      name: 'worker-keys',
      summary: 'help a publisher who lost their key, or whose key was stolen',
      options: [],
      commands: [
        {
          name: 'reset',
          arguments: '<worker>',
          summary: 'revoke all keys of a worker and put one or none in their place',
          description: [
            'Needs an operator token in RBEE_TOKEN. Make sure first that who asks is the publisher: nothing but you stands between',
            'a thief and the worker. Machines that installed it refuse its next release until somebody there agrees to the new',
            'key. Without --public-key the publisher may bind a key again, or publish without one.',
            '',
            'Examples:',
            '  rbee-catalog worker-keys reset my-worker --reason "the publisher lost the key" --public-key SqJ3…=',
          ].join('\n'),
          options: [
            REASON_OPTION,
            {
              flags: '--public-key <base64>',
              description: 'the public half of the new key, as rbee-publish key show prints it',
            },
            REGISTRY_OPTION,
          ],
          load: () => import('./worker-keys-reset.ts'),
        },
      ],
    },
    {
      name: 'quarantine',
      arguments: '<worker@version>',
      summary: 'block a release that harms who runs it: nobody gets it, and machines refuse to start it',
      description: [
        'Needs an operator token in RBEE_TOKEN. Its archives are not handed out any more, and it is put on the list that',
        'machines read before they start a worker. What runs goes on and is warned of.',
        '',
        'Examples:',
        '  rbee-catalog quarantine my-worker@1.2.0 --reason "sends prompts to a foreign server"',
      ].join('\n'),
      options: [REASON_OPTION, REGISTRY_OPTION],
      load: () => import('./quarantine.ts'),
    },
    {
      name: 'release',
      arguments: '<worker@version>',
      summary: 'take back that a release was blocked',
      options: [REASON_OPTION, REGISTRY_OPTION],
      load: () => import('./release.ts'),
    },
    {
      name: 'security-fix',
      arguments: '<worker@version>',
      summary:
        'confirm that a release cures a security problem: machines take it without waiting for its age',
      options: [
        REASON_OPTION,
        { flags: '--undo', description: 'take an earlier confirmation back' },
        REGISTRY_OPTION,
      ],
      load: () => import('./security-fix.ts'),
    },
    {
      name: 'rebuilder',
      summary: 'decide whose rebuilds count',
      options: [],
      commands: [
        {
          name: 'strike',
          arguments: '<rebuilder>',
          summary: 'stop counting a rebuilder in the documents of releases',
          description: [
            'REBUILDER is the id of a key, or an account, as /v1/workers/WORKER/VERSION/rebuilds lists them. What it',
            'attested stays to be read there, and the public log tells of the decision.',
            '',
            'Examples:',
            '  rbee-catalog rebuilder strike token:0123456789abcdef0123456789abcdef --reason "attests what it never built"',
          ].join('\n'),
          options: [
            REASON_OPTION,
            { flags: '--undo', description: 'count the rebuilder again' },
            REGISTRY_OPTION,
          ],
          load: () => import('./rebuilder-strike.ts'),
        },
      ],
    },
    LICENSE_COMMAND,
    {
      name: 'events',
      arguments: '<worker>',
      summary: 'show who withdrew, blocked or deprecated what, when and why',
      options: [REGISTRY_OPTION],
      load: () => import('./events.ts'),
    },
    TOKEN_COMMAND,
    completionSpec('rbee-catalog'),
  ],
}
