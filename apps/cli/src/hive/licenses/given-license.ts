import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LICENSE_PREFIX, LICENSE_TOKEN_MAX, RbeeError } from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import { noLicense } from './kept-licenses.ts'

/**
 * The licence in RBEE_LICENSE_TOKEN, or in the file that RBEE_LICENSE_KEY names; that may also hold the licence itself. Null where
 * neither is set. Fails with `license_refused` for what is no licence, and with `setting_invalid` for a file that cannot be read.
 */
export async function givenLicense({
  env,
  cwd,
}: Pick<CommandContext, 'env' | 'cwd'>): Promise<string | null> {
  if (env.RBEE_LICENSE_TOKEN) return checked(env.RBEE_LICENSE_TOKEN, 'the value of RBEE_LICENSE_TOKEN')
  const key = env.RBEE_LICENSE_KEY
  if (!key) return null
  if (key.startsWith(LICENSE_PREFIX)) return checked(key, 'the value of RBEE_LICENSE_KEY')
  return licenseInFile(resolve(cwd, key), 'RBEE_LICENSE_KEY')
}

/** @param setting that names the file, for the message. Fails as {@link givenLicense}. */
export async function licenseInFile(path: string, setting: string): Promise<string> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw new RbeeError('setting_invalid', `the file with the licence cannot be read`, {
      next: `let ${setting} name a file that holds the licence alone`,
      cause,
    })
  }
  return checked(text, `the content of the file that ${setting} names`)
}

/** By its form alone: what it is worth is for the registry to say. */
function checked(text: string, what: string): string {
  const token = text.trim()
  const isPlain = token.length <= LICENSE_TOKEN_MAX && /^[A-Za-z0-9._-]+$/.test(token)
  if (!isPlain || !token.startsWith(LICENSE_PREFIX)) throw noLicense(what)
  return token
}
