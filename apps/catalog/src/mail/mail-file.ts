import type { MailMessage } from '@rbee/registry'

/** The name of a mail's file: they sort by time, and an attempt that is repeated has the same. */
export function mailFile({ id }: Pick<MailMessage, 'id'>): string {
  const [number = '', time = ''] = id.split('.')
  const day = new Date(Number(time)).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return `${day}-${number.padStart(8, '0')}.eml`
}
