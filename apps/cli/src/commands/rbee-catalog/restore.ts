import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { describeBlobs } from '@rbee/catalog/node'
import { z } from 'zod'
import { findSnapshot, snapshotName } from '../../catalog/backup/backup-folder.ts'
import { restoreBackup } from '../../catalog/backup/restore-backup.ts'
import { openRestoreTarget, refuseOccupied } from '../../catalog/backup/restore-target.ts'
import { verifyBackup } from '../../catalog/backup/verify-backup.ts'
import { blobsPlace, blobsSchema } from '../../catalog/blobs-place.ts'
import { dataFolder } from '../../catalog/server-settings.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({
    from: z.string({ error: 'say where the backup lies' }).min(1, 'may not be empty'),
    snapshot: z.string().optional(),
    dataDir: z.string().min(1, 'may not be empty'),
    blobs: blobsSchema.optional(),
    force: z.boolean().default(false),
  }),

  async run(context, _args, { from, snapshot: name, force, ...options }) {
    const dataDir = dataFolder(options.dataDir, context.cwd)
    const place = blobsPlace(options.blobs, { cwd: context.cwd, dataDir, env: context.env })
    const backup = resolve(context.cwd, from)
    const snapshot = await findSnapshot(backup, name)
    await refuseOccupied({ dataDir, force })
    const manifest = await verifyBackup(context, backup, snapshot)
    for (const sha256 of manifest.missing) {
      context.terminal.warn(`the archive ${sha256} was missing when the backup was made`)
    }
    const target = await openRestoreTarget(context, {
      dataDir,
      place,
      force,
      randomBytes: (length) => randomBytes(length),
    })
    try {
      await restoreBackup(context, { backup, snapshot, manifest }, target)
    } finally {
      target.release()
    }
    for (const folder of target.replaced) {
      context.terminal.info(`what was there before lies in ${folder}`)
    }
    return {
      snapshot: snapshotName(snapshot),
      created_at: manifest.created_at,
      workers: manifest.workers,
      releases: manifest.releases,
      archives: manifest.archives.length,
      missing: manifest.missing,
      data_dir: dataDir,
      blobs: describeBlobs(place),
      replaced: target.replaced,
    }
  },

  view: ({ snapshot, data_dir, workers, releases, archives }) =>
    `${data_dir}: ${workers} workers, ${releases} releases, ${archives} archives, as of ${snapshot}\n` +
    'Start the server on it; it writes all documents first.',
})
