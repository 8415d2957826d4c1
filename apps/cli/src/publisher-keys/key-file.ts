import { randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { newPublisherKey, type PublisherSigner, publisherSignerOf } from '@rbee/provenance'
import { hasCode, RbeeError } from '@rbee/schema'
import { writeNew } from '@rbee/trust/key-folder'
import { homeRoot } from '../hive/home.ts'
import type { CommandContext } from '../program/command.ts'

const PEM = '-----BEGIN '
const MAX_BYTES = 16 * 1024
/** Bits of a file's mode that let others read or write it. */
const OTHERS = 0o077

/**
 * Reads a publisher's secret key.
 *
 * @param setting a path, or the key itself as PEM: secrets of build services are variables.
 *
 * Fails with `publisher_key_missing`, `publisher_key_exposed` where others can read the file, or `publisher_key_invalid`.
 */
export async function readPublisherKey(
  setting: string,
  { cwd }: Pick<CommandContext, 'cwd'>,
): Promise<PublisherSigner> {
  if (setting.trimStart().startsWith(PEM)) return publisherSignerOf(setting.trim(), 'RBEE_PUBLISH_KEY')
  const path = keyPath(setting, cwd)
  await assertPrivate(path)
  return publisherSignerOf(await readFile(path, 'utf8'), path)
}

/** Makes a secret key in a file of its own. Fails with `file_exists`: a key that is replaced is lost for good. */
export async function writePublisherKey(
  setting: string,
  { cwd }: Pick<CommandContext, 'cwd'>,
): Promise<{ readonly path: string; readonly signer: PublisherSigner }> {
  if (setting.trimStart().startsWith(PEM)) {
    throw new RbeeError('usage', 'RBEE_PUBLISH_KEY holds a key: name the file of the new one with --out')
  }
  const path = keyPath(setting, cwd)
  const pem = newPublisherKey((length) => randomBytes(length))
  if (await writeNew(path, pem, { secret: true })) return { path, signer: publisherSignerOf(pem, path) }
  throw new RbeeError('file_exists', `${path} exists already`, {
    next: 'keep it, and name another file with --out',
  })
}

function keyPath(setting: string, cwd: string): string {
  const path = homeRoot(setting, cwd)
  if (path !== null) return path
  throw new RbeeError('setting_invalid', `this user has no home folder, which ${setting} needs`, {
    next: 'name the file of the key with --key or RBEE_PUBLISH_KEY',
  })
}

/** Windows keeps no such bits; there the folder of the user protects the file. */
async function assertPrivate(path: string): Promise<void> {
  const facts = await stat(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
    throw error
  })
  if (facts === null) {
    throw new RbeeError('publisher_key_missing', `there is no key in ${path}`, {
      next: 'make one with: rbee-publish key new, or name its file with --key or RBEE_PUBLISH_KEY',
    })
  }
  if (!facts.isFile() || facts.size > MAX_BYTES) {
    throw new RbeeError('publisher_key_invalid', `${path} is no file with a key`)
  }
  if (process.platform === 'win32' || (facts.mode & OTHERS) === 0) return
  throw new RbeeError('publisher_key_exposed', `others on this machine can read ${path}`, {
    next: `chmod 600 ${path}; where somebody may have read it, replace it: rbee-publish key rotate WORKER --new FILE`,
  })
}
