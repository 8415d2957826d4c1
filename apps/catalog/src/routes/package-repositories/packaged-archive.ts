import { platformParts, type Sha256, sha256Of, versionSchema } from '@rbee/schema'
import type { Services } from '../../services.ts'

/** As packages are called: see `packageOffers`. No version that is packaged holds a hyphen. */
const PACKAGE_NAME = /^(.+)-bin-([^-]+)-\d+-(x86_64|aarch64)\.pkg\.tar\.zst$/

/** An archive of the artifact that a package was made of; null for a name that none has. */
export async function packagedArchive(file: string, { reader }: Services): Promise<Sha256 | null> {
  const [, address = '', number, arch] = PACKAGE_NAME.exec(file) ?? []
  const version = versionSchema.safeParse(number)
  const target = version.success ? await reader.resolve(address) : null
  if (!version.success || target === null) return null
  const release = await reader.release(target.worker, version.data)
  const name = target.variant ?? release?.default_variant
  const variant = release?.variants.find((one) => one.name === name)
  const artifact = variant?.artifacts.find(({ platform }) => {
    const parts = platformParts(platform)
    return parts.os === 'linux' && parts.arch === arch
  })
  const archive = artifact?.archives[0]
  return archive === undefined ? null : sha256Of(archive.checksum)
}
