import { fileURLToPath } from 'node:url'
import { RbeeError } from '@rbee/schema'

/**
 * Catalogs as they are named with `--catalog`: `PATH[#REF]` as it is, `file:///PATH[#REF]` without its scheme. Fails with
 * `setting_invalid` for repositories that would have to be fetched.
 */
export function catalogLocations(settings: readonly string[]): readonly string[] {
  return settings.map((setting) => (/^file:\/\//i.test(setting) ? localPath(setting) : checkedPath(setting)))
}

function localPath(setting: string): string {
  const [address = '', ...ref] = setting.split('#')
  return [pathOf(address), ...ref].join('#')
}

function pathOf(address: string): string {
  try {
    return fileURLToPath(address)
  } catch (cause) {
    throw new RbeeError(
      'setting_invalid',
      `--catalog: ${address} is no address of a folder of this machine`,
      {
        next: 'write it with three slashes: file:///srv/workers',
        cause,
      },
    )
  }
}

/** `https://host/x.git`, `ssh://host/x.git`, and `user@host:x.git` as ssh writes it. */
const REMOTE = /^(?:[a-z][a-z0-9+.-]+:\/\/|[^/\\@]+@[^/\\:]+:)/i

function checkedPath(setting: string): string {
  if (!REMOTE.test(setting)) return setting
  // The address is not repeated: it may hold a password.
  throw new RbeeError('setting_invalid', '--catalog: repositories of other machines are not fetched yet', {
    next: 'clone the repository and name its folder: --catalog PATH or PATH#BRANCH',
  })
}
