import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RbeeError } from '@rbee/schema'
import { isLoopback, publicAddress } from '../git/public-address.ts'

/** A catalog as an operator names it. */
export type CatalogLocation =
  | {
      readonly kind: 'folder'
      /** Absolute. */
      readonly folder: string
      /** Branch, tag or commit; null for what is checked out. */
      readonly ref: string | null
    }
  | {
      readonly kind: 'remote'
      /** As git is given it: https, ssh, `user@host:path`, or http to this machine itself. Holds no password. */
      readonly address: string
      /** The same for everybody to see, and the same for every way to write it. */
      readonly publicAddress: string
      /** Branch, tag or commit; null for the default branch. */
      readonly ref: string | null
    }

/**
 * Reads `PATH`, `file:///PATH`, `https://HOST/PATH`, `ssh://[USER@]HOST/PATH` or `USER@HOST:PATH`, each with or without
 * `#REF`. Of paths, a folder whose own name holds a `#` wins over the other reading.
 *
 * @param base the folder that a relative path means.
 * @throws RbeeError `setting_invalid` for an address that is not fetched from, `catalog_unreadable` where there is no such
 *   folder.
 */
export async function parseLocation(text: string, base: string): Promise<CatalogLocation> {
  const location = readAddress(text)
  if (location.kind === 'remote') return location
  const whole = resolve(base, location.path)
  if (await isFolder(whole)) return { kind: 'folder', folder: whole, ref: null }
  const hash = location.path.lastIndexOf('#')
  if (hash > 0) {
    const folder = resolve(base, location.path.slice(0, hash))
    const ref = location.path.slice(hash + 1)
    if (ref !== '' && (await isFolder(folder))) return { kind: 'folder', folder, ref }
  }
  throw new RbeeError('catalog_unreadable', `there is no folder ${text}`, {
    next: 'name a folder that holds workers, or a folder of it: PATH or PATH#BRANCH',
  })
}

/**
 * Judges the form of a location without looking at a disk.
 *
 * @throws RbeeError `setting_invalid` for an address that is not fetched from.
 */
export function checkLocation(text: string): void {
  readAddress(text)
}

type Address = Extract<CatalogLocation, { kind: 'remote' }> | { readonly kind: 'path'; readonly path: string }

/** What looks like the address of another machine, and what git would take for one: `TRANSPORT::ADDRESS`. */
const ADDRESS = /^(?:[a-z][a-z0-9+.-]+:\/\/|[a-z0-9+.-]+::|[^/\\@]+@[^/\\:]+:)/i
const USER = '[A-Za-z0-9._][A-Za-z0-9._-]*'
/** A name or IPv4 address, or an IPv6 address in brackets. Never an option of ssh. */
const HOST = '(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9A-Fa-f:.]+\\])'
/** `user@host:path`; the path never looks like an option. */
const SCP = new RegExp(`^${USER}@${HOST}:(?!//)[^-:][^:]*$`)
const SSH = new RegExp(`^ssh://(?:${USER}@)?${HOST}(?::\\d{1,5})?/[^/-].*$`)
const HTTP = new RegExp(`^https?://${HOST}(?::\\d{1,5})?/[^/].*$`, 'i')

/** Reads the form of a location; fails with `setting_invalid` for an address that is not fetched from. */
export function readAddress(text: string): Address {
  if (/^file:/i.test(text)) return { kind: 'path', path: localPath(text) }
  if (!ADDRESS.test(text)) return { kind: 'path', path: text }
  const hash = text.indexOf('#')
  const address = hash === -1 ? text : text.slice(0, hash)
  const ref = hash === -1 ? '' : text.slice(hash + 1)
  const shown = isFetched(address) ? publicAddress(address) : null
  if (shown === null || ref.length > 300) throw refusal(address)
  const canonical = HTTP.test(address) ? shown : address
  return { kind: 'remote', address: canonical, publicAddress: shown, ref: ref === '' ? null : ref }
}

/** The forms of addresses that are handed to git; everything else never reaches it. */
function isFetched(address: string): boolean {
  if (address.length > 1000 || /[\s\u0000-\u001f\u007f?\\]/.test(address)) return false
  if (SCP.test(address) || SSH.test(address)) return true
  if (!HTTP.test(address) || !URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' || isLoopback(hostname)
}

/** The address is not repeated: it may hold a password. */
function refusal(address: string): RbeeError {
  const [scheme = ''] = /^[a-z0-9+.-]+(?=:)/i.exec(address) ?? []
  const secret = /^[a-z+]+:\/\/[^/]*@/i.test(address) && !/^ssh:\/\/[^/:@]*@/i.test(address)
  const message = secret
    ? 'an address with a user or password in it is not taken: it would show up in logs'
    : /^(?:https|ssh)$/i.test(scheme)
      ? 'the address is not one that repositories are fetched from'
      : `repositories are not fetched from ${scheme === '' ? 'such addresses' : `${scheme} addresses`}`
  return new RbeeError('setting_invalid', message, {
    next: secret
      ? 'use ssh with a key, or put the credentials into ~/.netrc'
      : 'name a folder, https://HOST/PATH, ssh://USER@HOST/PATH or USER@HOST:PATH, each with or without #REF',
  })
}

function localPath(text: string): string {
  const [address = '', ...ref] = text.split('#')
  try {
    if (!/^file:\/\//i.test(address)) throw new TypeError('two slashes are missing')
    return [fileURLToPath(address), ...ref].join('#')
  } catch (cause) {
    throw new RbeeError('setting_invalid', `${address} is no address of a folder of this machine`, {
      next: 'write it with three slashes: file:///srv/workers',
      cause,
    })
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory()
  } catch (error) {
    const name = error instanceof Error && 'code' in error ? error.code : undefined
    if (name === 'ENOENT' || name === 'ENOTDIR' || name === 'ENAMETOOLONG') return false
    throw new RbeeError('catalog_unreadable', `${path} cannot be looked at (${name})`, { cause: error })
  }
}
