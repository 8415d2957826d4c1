import { DATA_DIR_OPTION, type OptionSpec } from '../../program/define.ts'

export const CATALOG_OPTION: OptionSpec = {
  flags: '--catalog <path>',
  description:
    'workers: a folder inside a Git repository or not, https://HOST/PATH or ssh://USER@HOST/PATH, each with or without #REF (default: workers/ of this clone)',
  variable: 'RBEE_CATALOG',
  repeatable: true,
}

export const BLOBS_OPTION: OptionSpec = {
  flags: '--blobs <place>',
  description:
    'where documents and archives lie: file:DIR, or s3://BUCKET[/PREFIX] with the AWS_ variables (default: the data folder)',
  variable: 'RBEE_BLOBS',
}

/** Neither has a variable or default of its own: which of the two places is meant is decided for both together. */
export const TOKEN_PLACE_OPTIONS: readonly OptionSpec[] = [
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

export const LICENSE_EXPIRES_OPTION: OptionSpec = {
  flags: '--expires <time>',
  description: 'how long it is valid from now on: 30d, 52w, or to the end of a day such as 2027-12-31',
}

export const KEY_PLACE_OPTIONS: readonly OptionSpec[] = [
  DATA_DIR_OPTION,
  {
    flags: '--root-dir <dir>',
    description: 'where the files of the root keys lie (default: keys/root in the data folder)',
  },
]

export const LOG_KEY_OPTION: OptionSpec = {
  flags: '--key <key>',
  description: 'the key of the log, NAME+ID+BASE64, as the server prints it at its start',
}
