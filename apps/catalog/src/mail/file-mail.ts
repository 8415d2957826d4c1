import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { MailPort } from '@rbee/registry'
import { composeMail, type MailSender } from './compose-mail.ts'
import { mailFile } from './mail-file.ts'

/**
 * Writes each mail as a file that mail programs open, for whoever looks into the folder or carries it further. Only the owner of the
 * folder may read them. The same mail again replaces its file.
 */
export function fileMail(folder: string, sender: MailSender): MailPort {
  return {
    async send(message) {
      const bytes = await composeMail(message, sender)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const path = join(folder, mailFile(message))
      const unfinished = `${path}.part`
      try {
        const file = await open(unfinished, 'w', 0o600)
        try {
          await file.writeFile(bytes)
          await file.sync()
        } finally {
          await file.close()
        }
        await rename(unfinished, path)
      } catch (error) {
        await rm(unfinished, { force: true }).catch(() => {})
        throw error
      }
    },
  }
}
