import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, RbeeError } from '@rbee/schema'
import { type NoteSigner, newSignerKey, parseSignerKey } from '@rbee/transparency-log'
import { writeNew } from '@rbee/trust/key-folder'
import { keyFolder, type NodeServerSettings } from './settings.ts'

const SEED_BYTES = 32
/** Digits of the name, which tells logs of different servers apart; the key itself is what they are known by. */
const NAME_DIGITS = 16

/** The file with the secret key of a data folder's transparency log. */
function logKeyFile(dataDir: string): string {
  return join(keyFolder(dataDir), 'log.key')
}

/**
 * The signer of a data folder's transparency log, whose key is made where there is none. Fails with `setting_invalid` for a
 * file that holds something else.
 */
export async function openLogKey({
  dataDir,
  randomBytes,
}: Pick<NodeServerSettings, 'dataDir' | 'randomBytes'>): Promise<NoteSigner> {
  const file = logKeyFile(dataDir)
  const known = await readKey(file)
  if (known !== null) return known
  const seed = randomBytes(SEED_BYTES)
  const name = `rbee-catalog/${createHash('sha256').update(seed).digest('hex').slice(0, NAME_DIGITS)}`
  // Where another process was faster, its key is the one.
  await writeNew(file, `${newSignerKey(name, seed)}\n`, { secret: true })
  const made = await readKey(file)
  if (made === null) throw new Error(`${file} was written and is gone`)
  return made
}

async function readKey(file: string): Promise<NoteSigner | null> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
  try {
    return parseSignerKey(text)
  } catch (cause) {
    throw new RbeeError('setting_invalid', `${file} does not hold the secret key of a transparency log`, {
      next: 'Put the file back from a backup of the data folder',
      cause,
    })
  }
}
