import { type CommandSpec, DATA_DIR_OPTION } from '../../program/define.ts'
import { BLOBS_OPTION, CATALOG_OPTION } from './options.ts'

/** `rbee-catalog serve`: the catalog server. */
export const SERVE_COMMAND: CommandSpec = {
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
      flags: '--licensed-links <where>',
      description:
        'where archives that are sold are fetched: store, server, or the address at which clients reach the store (default: store with s3://, else server)',
      variable: 'RBEE_LICENSED_LINKS',
    },
    {
      flags: '--rate-limit <limits>',
      description:
        'off, or list=N,detail=N,pkgbuild=N,install=N,oidc=N,license=N,page=N,search=N requests a minute from one address (default: 60, 120, 30, 10, 30, 60, 240, 120; off on a loopback host without --trust-proxy)',
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
      flags: '--report-to <address>',
      description:
        'where the pages of workers send who reports one: an https address, which gets the worker as ?title=, or one for mail (default: the pages have no such link)',
      variable: 'RBEE_REPORT_TO',
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
      description: 'when a worker counts as orphaned whose owner has no valid token, since its last release',
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
}
