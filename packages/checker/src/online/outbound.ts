/** An answer of a host, its body still to come. */
export interface OutboundAnswer {
  readonly status: number
  /** Where a redirection leads, as the host says it. */
  readonly location: string | null
  readonly body: AsyncIterable<Uint8Array>
  /** Ends the connection, whatever of the body is left. */
  close(): void
}

/** The one way to the network. Whoever hands it in decides how names are looked up and connections made. */
export interface Outbound {
  /** All addresses of a host. @throws where it has none. */
  resolve(host: string, signal: AbortSignal): Promise<readonly string[]>
  /** Asks for `url` at exactly this address, which was looked at before, and follows nothing. */
  request(url: URL, address: string, signal: AbortSignal): Promise<OutboundAnswer>
  /** Whether an address may be connected to: those of the public network. */
  isAllowed(address: string): boolean
}
