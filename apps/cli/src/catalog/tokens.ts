import { randomBytes } from 'node:crypto'
import { databaseFile } from '@rbee/catalog/node'
import { openSqliteDatabase } from '@rbee/db/sqlite'
import { createToken, revokeToken } from '@rbee/registry'
import { RbeeError, type TokenAnswer, type TokenInput } from '@rbee/schema'
import type { CommandContext } from '../program/command.ts'
import { connectRegistry } from '../registry/connect.ts'
import { dataFolder } from './server-settings.ts'
import { LOCAL_OPERATOR } from './targets.ts'

/** The flags that say where tokens are kept: behind a server, or in the data folder of one. */
export interface TokenPlace {
  readonly registry?: string
  readonly dataDir?: string
}

/** Makes and ends tokens. Whoever can open the data folder needs no token for it. */
export interface Tokens {
  create(input: TokenInput): Promise<TokenAnswer>
  revoke(id: string): Promise<void>
}

/**
 * Does `work` with the tokens of a place: that of the flags, else of RBEE_DATA_DIR, else of RBEE_REGISTRY, else ./data.
 * Over HTTP the operator token in RBEE_TOKEN is needed.
 */
export async function withTokens<T>(
  context: CommandContext,
  place: TokenPlace,
  work: (tokens: Tokens) => Promise<T>,
): Promise<T> {
  const { registry, dataDir } = chosenPlace(place, context.env)
  if (registry !== undefined) {
    const { client } = await connectRegistry(context, registry)
    return work({ create: (input) => client.createToken(input), revoke: (id) => client.revokeToken(id) })
  }
  const database = openSqliteDatabase(databaseFile(dataFolder(dataDir, context.cwd)))
  try {
    const ports = { database, clock: context.clock, randomBytes: (length: number) => randomBytes(length) }
    return await work({
      create: (input) => createToken(ports, LOCAL_OPERATOR, input),
      revoke: (id) => revokeToken(ports, LOCAL_OPERATOR, id),
    })
  } finally {
    database.close()
  }
}

/** A variable for servers wins over one for clients: who has the folder needs no token, which the first one cannot have. */
export function chosenPlace(flags: TokenPlace, env: CommandContext['env']) {
  const dataDir = flags.dataDir ?? (env.RBEE_DATA_DIR || undefined)
  const registry = flags.registry ?? (dataDir === undefined ? env.RBEE_REGISTRY || undefined : undefined)
  return { registry, dataDir: dataDir ?? './data' }
}

const SECONDS_OF_UNIT = { s: 1, m: 60, h: 3_600, d: 86_400, w: 7 * 86_400 } as const

/** As long as a token may be valid, in seconds: ten years. */
const LIFETIME_MAX = 10 * 365 * 86_400

/** Reads `12h`, `30d` or `52w` as seconds. Fails with `usage`. */
export function parseLifetime(text: string): number {
  const match = /^(\d{1,9})([smhdw])$/.exec(text)
  const unit = match?.[2] as keyof typeof SECONDS_OF_UNIT | undefined
  const seconds = unit === undefined ? 0 : Number(match?.[1]) * SECONDS_OF_UNIT[unit]
  if (seconds > LIFETIME_MAX) throw new RbeeError('usage', `--expires: ${text} is longer than ten years`)
  if (seconds > 0) return seconds
  throw new RbeeError('usage', `--expires: "${text}" is not a time such as 12h, 30d or 52w`)
}
