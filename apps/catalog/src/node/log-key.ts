import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import { type NoteSigner, newSignerKey, parseSignerKey } from '@rbee/transparency-log'
import { openKeyFile } from './key-file.ts'
import { keyFolder, type NodeServerSettings } from './settings.ts'

const SEED_BYTES = 32
/** Digits of the name, which tells logs of different servers apart; the key itself is what they are known by. */
const NAME_DIGITS = 16

/**
 * The signer of a data folder's transparency log, whose key is made where there is none. Fails with `setting_invalid` for a
 * file that holds something else.
 */
export async function openLogKey({
  dataDir,
  randomBytes,
}: Pick<NodeServerSettings, 'dataDir' | 'randomBytes'>): Promise<NoteSigner> {
  const file = join(keyFolder(dataDir), 'log.key')
  const make = () => {
    const seed = randomBytes(SEED_BYTES)
    const name = createHash('sha256').update(seed).digest('hex').slice(0, NAME_DIGITS)
    return newSignerKey(`rbee-catalog/${name}`, seed)
  }
  return openKeyFile(file, make, (text) => readSigner(text, file))
}

function readSigner(text: string, file: string): NoteSigner {
  try {
    return parseSignerKey(text)
  } catch (cause) {
    throw new RbeeError('setting_invalid', `${file} does not hold the secret key of a transparency log`, {
      next: 'Put the file back from a backup of the data folder',
      cause,
    })
  }
}
