import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { compressArchive } from '@rbee/packaging'
import type { CatalogReader, Registry } from '@rbee/registry'
import { compareVersions, type ProgramsDocument, programsDocumentSchema, versionSchema } from '@rbee/schema'
import { LOCAL_OPERATOR } from '../catalog/targets.ts'
import type { CommandContext } from '../program/command.ts'
import { makeScratchFolder } from '../publish/scratch-folder.ts'
import { OWN_BUILD } from './own-build.ts'
import { type ProgramsTarget, sendPrograms } from './send-programs.ts'

/**
 * Lets a server offer the programs that run it, so that `/install.sh` works without anybody publishing them. What an
 * operator offered of this version or of a later one stays.
 *
 * @param workplace where they are packed: a folder of the server's own, which is made where it does not exist.
 */
export async function offerOwnPrograms(
  context: CommandContext,
  registry: Registry,
  reader: CatalogReader,
  workplace: string,
): Promise<void> {
  const version = versionSchema.parse(context.version)
  if (!isReplaced(await offeredPrograms(reader), version)) return
  context.terminal.step(`packing the programs (${OWN_BUILD.platform}) for /install.sh`)
  await mkdir(workplace, { recursive: true })
  const scratch = await makeScratchFolder(workplace, 'programs')
  try {
    await mkdir(join(scratch, 'contents'))
    const entries = await OWN_BUILD.list(join(scratch, 'contents'))
    const packed = await compressArchive(entries, scratch, { level: 'default', formats: ['tar.gz'] })
    const archives = packed.archives.map((archive) => ({
      platform: OWN_BUILD.platform,
      archive,
      digest: packed.digest,
    }))
    await sendPrograms(targetInProcess(context, registry), version, archives)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function offeredPrograms(reader: CatalogReader): Promise<ProgramsDocument | null> {
  const document = await reader.document({ kind: 'programs' })
  if (document === null) return null
  return programsDocumentSchema.parse(JSON.parse(new TextDecoder().decode(document.body)))
}

function isReplaced(offered: ProgramsDocument | null, version: ProgramsDocument['version']): boolean {
  if (offered === null) return true
  const order = compareVersions(offered.version, version)
  if (order !== 0) return order < 0
  const own = offered.builds.length === 1 && offered.builds[0]?.platform === OWN_BUILD.platform
  return own && !OWN_BUILD.isFinal
}

function targetInProcess({ terminal, signal }: CommandContext, registry: Registry): ProgramsTarget {
  return {
    terminal: { ...terminal, info: () => {} },
    signal,
    client: {
      openUpload: (input) => registry.openUpload(LOCAL_OPERATOR, input),
      putPart: (id, part, bytes) =>
        registry.writePart(LOCAL_OPERATOR, id, part, new Blob([bytes]).stream(), bytes.length),
      completeUpload: (id) => registry.completeUpload(LOCAL_OPERATOR, id),
      offerPrograms: (input) => registry.offerPrograms(LOCAL_OPERATOR, input),
    },
  }
}
