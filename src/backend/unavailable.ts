/** The backend that was asked for cannot be had here; the message, for who set it, says why and what would help. */
export class BackendUnavailable extends Error {
  override readonly name = "BackendUnavailable";
}
