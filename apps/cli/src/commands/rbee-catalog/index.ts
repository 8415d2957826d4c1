import { completionSpec } from '../../program/completion/spec.ts'
import {
  DATA_DIR_OPTION,
  type OptionSpec,
  type ProgramSpec,
  REASON_OPTION,
  REGISTRY_OPTION,
} from '../../program/define.ts'

const CATALOG_OPTION: OptionSpec = {
  flags: '--catalog <path>',
  description:
    'workers: a folder inside a Git repository or not, https://HOST/PATH or ssh://USER@HOST/PATH, each with or without #REF (default: workers/ of this clone)',
  variable: 'RBEE_CATALOG',
  repeatable: true,
}

const BLOBS_OPTION: OptionSpec = {
  flags: '--blobs <place>',
  description:
    'where documents and archives lie: file:DIR, or s3://BUCKET[/PREFIX] with the AWS_ variables (default: the data folder)',
  variable: 'RBEE_BLOBS',
}

/** Neither has a variable or default of its own: which of the two places is meant is decided for both together. */
const TOKEN_PLACE_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--registry <url>',
    description:
      'ask this server, with the operator token in RBEE_TOKEN (variable: RBEE_REGISTRY, unless RBEE_DATA_DIR is set)',
  },
  {
    flags: '--data-dir <dir>',
    description: "open the server's folder, which needs no token (variable: RBEE_DATA_DIR; default: ./data)",
  },
]

const LICENSE_EXPIRES_OPTION: OptionSpec = {
  flags: '--expires <time>',
  description: 'how long it is valid from now on: 30d, 52w, or to the end of a day such as 2027-12-31',
}

const KEY_PLACE_OPTIONS: readonly OptionSpec[] = [
  DATA_DIR_OPTION,
  {
    flags: '--root-dir <dir>',
    description: 'where the files of the root keys lie (default: keys/root in the data folder)',
  },
]

const LOG_KEY_OPTION: OptionSpec = {
  flags: '--key <key>',
  description: 'the key of the log, NAME+ID+BASE64, as the server prints it at its start',
}

export const program: ProgramSpec = {
  name: 'rbee-catalog',
  summary: 'run a registry of AI inference workers',
  commands: [
    {
      name: 'serve',
      summary: 'start the registry and keep it running until Ctrl-C',
      description: [
        'Starts the registry on SQLite and files, after reading the given catalogs. A folder inside a Git repository is',
        'read as of HEAD, any other folder as it lies there. A worker that breaks a rule is refused by itself; a',
        'catalog that cannot be read is reported, and everything else is served.',
        '',
        'RBEE_OPERATOR_TOKEN, where it is set, is a valid operator token. With RBEE_GITHUB_WEBHOOK_SECRET, the secret of a',
        "webhook, GitHub's pushes to POST /v1/webhooks/github make the server read its catalogs again. Mails are written into",
        'the folder mail of the data folder, or handed to the server that RBEE_SMTP_URL names (smtps://USER:PASSWORD@HOST).',
        '',
        'Examples:',
        '  rbee-catalog serve',
        '  rbee-catalog serve --port 9000 --data-dir /srv/rbee --catalog ../my-workers --catalog ../other#stable',
      ].join('\n'),
      options: [
        { flags: '--port <port>', description: '0 takes any free one', variable: 'PORT', default: '8787' },
        {
          flags: '--host <host>',
          description: 'address to listen on',
          variable: 'RBEE_HOST',
          default: '127.0.0.1',
        },
        DATA_DIR_OPTION,
        CATALOG_OPTION,
        {
          flags: '--public-url <url>',
          description: 'address under which clients reach the server (default: from host and port)',
          variable: 'RBEE_PUBLIC_URL',
        },
        {
          flags: '--sync-interval <seconds>',
          description: 'read the catalogs again this long after the reading before; 0 never does',
          variable: 'RBEE_SYNC_INTERVAL',
          default: '0',
        },
        BLOBS_OPTION,
        {
          flags: '--rate-limit <limits>',
          description:
            'off, or list=N,detail=N,pkgbuild=N,install=N,oidc=N,license=N requests a minute from one address (default: 60, 120, 30, 10, 30, 60; off on a loopback host without --trust-proxy)',
          variable: 'RBEE_RATE_LIMIT',
        },
        {
          flags: '--trust-proxy',
          description: 'a proxy stands in front: the client is the last address of X-Forwarded-For',
          variable: 'RBEE_TRUST_PROXY',
        },
        {
          flags: '--allowed-origin <origin>',
          description:
            "a page's origin, such as https://example.com, that may read the API in a browser; may be repeated (default: the marketplace's pages)",
          variable: 'RBEE_ALLOWED_ORIGINS',
          repeatable: true,
        },
        {
          flags: '--oidc-issuer <url>',
          description:
            'whose identity tokens of workflow runs are believed (default: GitHub, https://token.actions.githubusercontent.com); may be repeated',
          variable: 'RBEE_OIDC_ISSUERS',
          repeatable: true,
        },
        {
          flags: '--log-format <format>',
          description:
            'json, text, or off: no lines of requests (default: text where stderr is a terminal, else json)',
          variable: 'RBEE_LOG_FORMAT',
        },
        {
          flags: '--log-level <level>',
          description: 'error, warn, or info, which includes requests',
          variable: 'RBEE_LOG_LEVEL',
          default: 'info',
        },
        {
          flags: '--metrics <readers>',
          description:
            'who may read /metrics: open, token (an operator token), or off (default: open where only this machine reaches the server, else token)',
          variable: 'RBEE_METRICS',
        },
        {
          flags: '--package-repositories <when>',
          description:
            'make a pacman repository and a Homebrew tap: when they are first asked for, always, or off',
          variable: 'RBEE_PACKAGE_REPOSITORIES',
          default: 'asked',
        },
        {
          flags: '--grace <seconds>',
          description: 'how long running requests may take after the server was told to stop',
          variable: 'RBEE_GRACE',
          default: '30',
        },
        {
          flags: '--transfer-wait <time>',
          description:
            'how long a worker waits for its new owner, such as 7d; the former one can object meanwhile',
          variable: 'RBEE_TRANSFER_WAIT',
          default: '7d',
        },
        {
          flags: '--orphan-after <time>',
          description:
            'when a worker counts as orphaned whose owner has no valid token, since its last release',
          variable: 'RBEE_ORPHAN_AFTER',
          default: '180d',
        },
        {
          flags: '--mail-from <address>',
          description: 'who mails come from (default: rbee@ and the host of the address)',
          variable: 'RBEE_MAIL_FROM',
        },
      ],
      load: () => import('./serve.ts'),
    },
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
    {
      name: 'gates',
      arguments: '[dir]',
      summary: 'look whether every generated package file can be made, read and followed',
      description: [
        'Makes every file that package managers can be given: PKGBUILDs and formulas, binary and source, of every worker of a',
        'registry or of a catalog, for its default variant and for each variant. Reads them without running any of it, then',
        "with makepkg's own functions and with ruby where they are installed, and asks the registry for every archive that",
        'a file names: it has to be there, with the size and the sum that the release states.',
        '',
        'A row for each worker says ok, why there is no such file, or FAILED, with what to do below. Exit code 1 when any failed,',
        '5 when the registry does not answer. A catalog of workers that a registry serves is judged as it serves them when',
        'both are named.',
        '',
        'Examples:',
        '  rbee-catalog gates --registry https://registry.example',
        '  rbee-catalog gates . --json',
        '  rbee-catalog gates . --registry https://registry.example --download',
      ].join('\n'),
      options: [
        {
          flags: '--catalog <path>',
          description: 'workers of these catalogs, as for sync, rather than of a registry; may be repeated',
          repeatable: true,
        },
        {
          flags: '--registry <url>',
          description: 'the registry to look at (default: http://127.0.0.1:8787)',
          variable: 'RBEE_REGISTRY',
        },
        {
          flags: '--download',
          description: 'fetch and hash every archive, rather than ask for its size and tag',
        },
      ],
      load: () => import('./gates.ts'),
    },
    {
      name: 'check',
      arguments: '[dir]',
      summary: 'judge a worker, or a whole catalog, without running anything of it',
      description: [
        'Reads the folder of a worker, or every worker of a catalog, and says what speaks against taking it: manifests,',
        'names, versions, sources and checksums, what a PKGBUILD would do, and what a text may hide. With --base, a',
        'submission is judged: what changed since it set out from that commit, and whether its submitter may change it.',
        '',
        'Exit code: 0 where there are no errors, 1 where there are, 2 where nothing could be judged. Every rule has a page',
        'in docs/checks. With shellcheck installed, what it finds seriously wrong is told as warnings.',
        '',
        'Examples:',
        '  rbee-catalog check workers/community/my-worker',
        '  rbee-catalog check . --base origin/main --submitter ada',
        '  rbee-catalog check . --online --sarif > findings.sarif',
      ].join('\n'),
      options: [
        { flags: '--base <commit>', description: 'judge what changed since the merge base with this commit' },
        {
          flags: '--submitter <name>',
          description: 'who submits it; compared with the maintainers as of the base',
        },
        { flags: '--online', description: 'look hosts up, download what has a checksum, and compare' },
        { flags: '--sarif', description: 'print findings as SARIF 2.1.0' },
        { flags: '--github', description: 'print findings as annotations for a GitHub workflow' },
      ],
      load: () => import('./check.ts'),
    },
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
    {
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
    },
    {
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
    },
    {
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
    },
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
    {
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
            '  rbee-catalog license issue --worker paid-worker --customer you@example.org --trial 14',
          ].join('\n'),
          options: [
            {
              flags: '--worker <id>',
              description: 'a worker that it is for; may be repeated',
              repeatable: true,
            },
            { flags: '--customer <name>', description: 'who bought it' },
            { flags: '--seats <n>', description: 'machines that it is for (default: any number)' },
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
    },
    {
      name: 'events',
      arguments: '<worker>',
      summary: 'show who withdrew, blocked or deprecated what, when and why',
      options: [REGISTRY_OPTION],
      load: () => import('./events.ts'),
    },
    {
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
    },
    completionSpec('rbee-catalog'),
  ],
}
