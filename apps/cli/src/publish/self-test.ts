import { createReadStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type CompressedArtifact, extractArchive } from '@rbee/packaging'
import { RbeeError, type WorkerManifest } from '@rbee/schema'
import { runSelfTest } from '../hive/self-test.ts'
import { workerEnvironment } from '../hive/worker-environment.ts'
import type { CommandContext } from '../program/command.ts'

/**
 * Unpacks an artifact as a user's machine will and lets it prove itself there: what is left out of the archive, or works
 * only beside its sources, shows here. A worker without a self-test passes.
 *
 * Fails with `self_test_failed`.
 */
export async function proveArtifact(
  artifact: CompressedArtifact,
  manifest: WorkerManifest,
  scratch: string,
  { terminal, env, signal, clock }: CommandContext,
): Promise<void> {
  const archive = artifact.archives.find(({ format }) => format === 'tar.zst')
  if (manifest.selftest === undefined || archive === undefined) return
  terminal.step(`running the self-test of ${manifest.id}`)
  const folder = join(scratch, 'self-test')
  try {
    await extractArchive(createReadStream(archive.path), archive.format, folder, {
      expected: { ...archive, digest: artifact.digest, unpackedSize: artifact.unpackedSize },
      signal,
    })
    const outcome = await runSelfTest(folder, manifest.selftest, {
      env: workerEnvironment(env),
      signal,
      clock,
    })
    if (outcome.passed) return
    throw new RbeeError('self_test_failed', `${manifest.id} failed its self-test: ${outcome.cause}`, {
      next:
        'nothing was published; mend the worker, or see what it prints with: ' +
        manifest.selftest.command.join(' '),
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
