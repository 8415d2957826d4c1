import { resolve } from 'node:path'
import { readAddress } from './location.ts'
import { remoteName } from './source.ts'

/**
 * The name of a catalog as far as it can be told without reading it. Of a repository of another machine it is the one that
 * `compileCatalog` gives it, of a folder its path: whether it has a public address shows only when it is read.
 *
 * @param base the folder that a relative path means.
 * @throws RbeeError `setting_invalid` for an address that is not fetched from.
 */
export function expectedName(location: string, base: string): string {
  const address = readAddress(location)
  return address.kind === 'remote' ? remoteName(address) : resolve(base, address.path)
}
