import { join } from 'node:path'
import type { MailPort } from '@rbee/registry'
import { mailHost } from '../mail/compose-mail.ts'
import { fileMail } from '../mail/file-mail.ts'
import { smtpMail } from '../mail/smtp-mail.ts'

/** How mails leave the server. */
export interface MailSettings {
  /** Who mails come from; by default `rbee@` and the host of the server's address. */
  readonly from?: string
  /** The server that takes mails; by default they are written into the data folder. */
  readonly smtpUrl?: string
}

/** @param url under which clients reach the server. */
export function openMail({ from, smtpUrl }: MailSettings, dataDir: string, url: string): MailPort {
  const sender = { address: from ?? `rbee@${mailHost(url)}` }
  return smtpUrl === undefined ? fileMail(join(dataDir, 'mail'), sender) : smtpMail(smtpUrl, sender)
}
