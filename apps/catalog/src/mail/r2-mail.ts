import type { MailPort } from '@rbee/registry'
import { composeMail, type MailSender } from './compose-mail.ts'
import { mailFile } from './mail-file.ts'

/** Writes each mail into a bucket below `mail/`, where nothing is served from; a rule of the bucket may carry them further. */
export function bucketMail(bucket: Pick<R2Bucket, 'put'>, sender: MailSender): MailPort {
  return {
    async send(message) {
      const bytes = await composeMail(message, sender)
      await bucket.put(`mail/${mailFile(message)}`, bytes, {
        httpMetadata: { contentType: 'message/rfc822' },
      })
    },
  }
}
