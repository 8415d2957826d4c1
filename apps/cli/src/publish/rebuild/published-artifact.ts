import { extractArchive, listPackEntries, type PackEntry, PREFERRED_FORMATS } from '@rbee/packaging'
import { absoluteUrl } from '@rbee/resolver'
import { type ArtifactDocument, RbeeError, sha256Of } from '@rbee/schema'
import { translateDiskError } from '../../hive/disk-errors.ts'
import { download } from '../../hive/download.ts'
import type { Terminal } from '../../program/terminal.ts'
import type { RegistryConnection } from '../../registry/connect.ts'

/**
 * Downloads, checks and unpacks what is published, to be compared.
 *
 * @param folder must not exist yet. Fails as a download for installing does.
 */
export async function fetchPublished(
  artifact: ArtifactDocument,
  folder: string,
  registry: Pick<RegistryConnection, 'url' | 'fetchBytes'>,
  { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal },
): Promise<readonly PackEntry[]> {
  const archive = PREFERRED_FORMATS.flatMap((format) =>
    artifact.archives.filter((one) => one.format === format),
  ).at(0)
  if (archive === undefined) throw new RbeeError('no_artifact', 'the release names no archive of this build')
  const { format, size, checksum, download_url: url } = archive
  const bar = terminal.progress({ label: 'downloading what is published', total: size })
  try {
    const source = download(new URL(absoluteUrl(url, registry.url)), {
      fetch: registry.fetchBytes,
      signal,
      size,
      onBytes: (count) => bar.advance(count),
    })
    const { digest, unpacked_size: unpackedSize } = artifact
    const expected = { sha256: sha256Of(checksum), size, digest, unpackedSize }
    await extractArchive(source, format, folder, { expected, signal })
    return await listPackEntries(folder)
  } catch (error) {
    throw translateDiskError(error, folder)
  } finally {
    bar.done()
  }
}
