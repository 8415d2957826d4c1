/** A mail as it is to arrive: plain text to one address. */
export interface MailMessage {
  /** The same for each attempt, so that a mail that is handed over twice can be told to be one. */
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

/**
 * Hands mails over to whoever brings them further: a folder, a server for mail, a bucket. What is handed over is out of the
 * registry's hands; who cannot take a mail fails, and is asked again later.
 */
export interface MailPort {
  send(message: MailMessage): Promise<void>
}
