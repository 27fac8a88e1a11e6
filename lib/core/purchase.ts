/**
 * How training machines are paid for.
 *
 * Spot capacity costs a fraction of the list price and can be taken back at any moment: runs resume from their last checkpoint.
 */
export class Purchase {
  /** Pay by the second, keep the machine until the run ends. */
  public static onDemand(): Purchase {
    return new Purchase("on-demand");
  }

  /** Pay the market price, be interrupted when the cloud needs the machine. */
  public static spot(): Purchase {
    return new Purchase("spot");
  }

  /**
   * Use capacity that was committed to beforehand. Nothing here ever creates a reservation: it would bill while idle.
   *
   * @param reservationId the cloud's own id of the reservation; without it, whatever commitment the account has applies by itself
   */
  public static reserved(reservationId?: string): Purchase {
    return new Purchase("reserved", reservationId);
  }

  private constructor(
    /** `on-demand`, `spot` or `reserved`. */
    public readonly kind: string,
    /** The reservation to use, if one was named. */
    public readonly reservationId?: string,
  ) {}
}
