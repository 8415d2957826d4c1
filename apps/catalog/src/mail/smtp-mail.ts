import type { MailPort } from '@rbee/registry'
import { composeMail, type MailSender } from './compose-mail.ts'

const PATIENCE_MS = 20_000

/**
 * Hands mails to a server for mail (RFC 5321).
 *
 * @param url `smtps://USER:PASSWORD@HOST` or `smtp://HOST:587`; with `smtp` the connection becomes encrypted where it is not to
 * this machine.
 */
export function smtpMail(url: string, sender: MailSender): MailPort {
  return {
    async send(message) {
      const { createTransport } = await import('nodemailer')
      const transport = createTransport({
        url,
        requireTLS: !isLoopback(url),
        connectionTimeout: PATIENCE_MS,
        greetingTimeout: PATIENCE_MS,
        socketTimeout: PATIENCE_MS,
      })
      try {
        await transport.sendMail({
          envelope: { from: sender.address, to: [message.to] },
          raw: await composeMail(message, sender),
        })
      } finally {
        transport.close()
      }
    },
  }
}

function isLoopback(url: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(url).hostname)
}
