import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type LicenseSigner, licenseSignerOf, newLicenseKey } from '@rbee/licences'
import { hasCode } from '@rbee/schema'
import { writeNew } from '@rbee/trust/key-folder'
import { keyFolder, type NodeServerSettings } from './settings.ts'

const SEED_BYTES = 32

/**
 * The signer of a data folder's licences, whose key is made where there is none. Fails with `setting_invalid` for a file that
 * holds something else.
 */
export async function openLicenseKey({
  dataDir,
  randomBytes,
}: Pick<NodeServerSettings, 'dataDir' | 'randomBytes'>): Promise<LicenseSigner> {
  const file = join(keyFolder(dataDir), 'licenses.key')
  const known = await readKey(file)
  if (known !== null) return known
  // Where another process was faster, its key is the one.
  await writeNew(file, `${newLicenseKey(randomBytes(SEED_BYTES))}\n`, { secret: true })
  const made = await readKey(file)
  if (made === null) throw new Error(`${file} was written and is gone`)
  return made
}

async function readKey(file: string): Promise<LicenseSigner | null> {
  try {
    return licenseSignerOf(await readFile(file, 'utf8'), file)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}
