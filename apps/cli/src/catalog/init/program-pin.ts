import type { RegistryClient } from '@rbee/api-client'
import { RbeeError, sha256Of, type Version } from '@rbee/schema'

/** The portable build of the programs that workflows run, by its bytes. */
export interface ProgramPin {
  readonly version: Version
  /** Of the archive, 64 hexadecimal digits. */
  readonly sha256: string
  /** Absolute. */
  readonly url: string
}

/** Below the root of the repository. */
export const PIN_FILE = '.github/rbee.lock'

/**
 * The build that a server offers at `/install.sh` for any machine with Node.
 *
 * @throws RbeeError `no_programs` where it offers none, `registry_unreachable`, `registry_invalid`.
 */
export async function pinPrograms(client: RegistryClient, registry: string): Promise<ProgramPin> {
  const { version, builds } = await client.programs()
  const build = builds.find(({ platform }) => platform === 'any')
  if (build === undefined) {
    throw new RbeeError('no_programs', `${registry} offers no portable build of the programs`, {
      next: 'offer one: build it with build:package, then rbee-catalog programs publish dist/programs',
    })
  }
  return {
    version,
    sha256: sha256Of(build.checksum),
    url: plainAddress(new URL(build.download_url, `${registry}/`)),
  }
}

/** What stands in the lock is read by a shell. */
function plainAddress({ href }: URL): string {
  if (/^https?:\/\/[\x21-\x7e]+$/.test(href)) return href
  throw new RbeeError(
    'registry_invalid',
    'the registry offers the programs at an address that is not http or https',
    { next: 'tell its operator; nothing was written' },
  )
}

/** The lock as workflows read it: a word and its value per line. */
export function pinText(pin: ProgramPin | null): string {
  const head = [
    '# The programs that the workflows of this repository run, by the SHA-256 of their archive. To change them:',
    `#   rbee-catalog init . --registry https://YOUR.REGISTRY --only ${PIN_FILE} --force`,
  ]
  const lines = pin === null ? [] : [`version ${pin.version}`, `sha256 ${pin.sha256}`, `url ${pin.url}`]
  return `${[...head, ...lines].join('\n')}\n`
}
