import { join } from 'node:path'
import { type LicenseSigner, licenseSignerOf, newLicenseKey } from '@rbee/licences'
import { openKeyFile } from './key-file.ts'
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
  const make = () => newLicenseKey(randomBytes(SEED_BYTES))
  return openKeyFile(file, make, (text) => licenseSignerOf(text, file))
}
