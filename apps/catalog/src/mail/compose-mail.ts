import type { Buffer } from 'node:buffer'
import type { MailMessage } from '@rbee/registry'

/** Who mails come from: an address, with the registry's name before it. */
export interface MailSender {
  readonly address: string
}

/**
 * The host that mails come from where nobody says whom they come from.
 *
 * @param url under which clients reach the server. An address of the network is no host that programs take (RFC 5321, 4.1.3).
 */
export function mailHost(url: string | null): string {
  if (url === null) return 'localhost'
  const { hostname } = new URL(url)
  return /[a-z]/i.test(hostname) && !hostname.startsWith('[') ? hostname : 'localhost'
}

/**
 * A mail as RFC 5322 wants it. Whatever stands in a field is encoded by the library, so that nothing of it can become a field of
 * its own; nothing is read from files or addresses. Says that it was written by a program (RFC 3834), so that nothing answers it.
 */
export async function composeMail(
  { id, to, subject, text, at }: MailMessage,
  { address }: MailSender,
): Promise<Buffer> {
  // Loaded when the first mail is sent: most servers send none for weeks.
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer')
  const host = address.slice(address.lastIndexOf('@') + 1)
  const composer = new MailComposer({
    from: { name: 'rbee registry', address },
    to: { name: '', address: to },
    subject,
    text,
    date: new Date(at),
    messageId: `<${id}@${host}>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'windows',
  })
  return composer.compile().build()
}
