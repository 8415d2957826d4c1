import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { openBlobsForReading } from '@rbee/catalog/node'
import { z } from 'zod'
import { writeBackup } from '../../catalog/backup/write-backup.ts'
import { blobsPlace, blobsSchema } from '../../catalog/blobs-place.ts'
import { dataFolder } from '../../catalog/server-settings.ts'
import { command } from '../../program/command.ts'
import { EXIT } from '../../program/exit-codes.ts'
import { formatBytes } from '../../program/terminal.ts'

export default command({
  options: z.object({
    dataDir: z.string().min(1, 'may not be empty'),
    blobs: blobsSchema.optional(),
    to: z.string({ error: 'say where the backup is to lie' }).min(1, 'may not be empty'),
  }),

  async run(context, _args, options) {
    const dataDir = dataFolder(options.dataDir, context.cwd)
    const place = blobsPlace(options.blobs, { cwd: context.cwd, dataDir, env: context.env })
    const surroundings = {
      dataDir,
      clock: context.clock,
      randomBytes: (length: number) => randomBytes(length),
    }
    const stores = await openBlobsForReading(place, surroundings)
    const report = await writeBackup(context, { dataDir, ...stores }, resolve(context.cwd, options.to))
    for (const sha256 of report.missing) {
      context.terminal.warn(
        `the archive ${sha256} is missing or damaged where it should be stored; it is not in the backup`,
      )
    }
    return report
  },

  view: ({ path, workers, releases, archives }) =>
    `${path}: ${workers} workers, ${releases} releases, ${archives.total} archives (${archives.copied} new, ${formatBytes(archives.copied_bytes)})`,

  exitCode: ({ missing }) => (missing.length === 0 ? EXIT.done : EXIT.failed),
})
