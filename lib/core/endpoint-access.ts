/** Who may call the inference endpoint. */
export class EndpointAccess {
  /** Whoever sends the bearer key that lies in the cloud's secret store. The container checks it. */
  public static apiKey(): EndpointAccess {
    return new EndpointAccess("apiKey");
  }

  /** Everybody on the internet. For a demonstration, or behind a gateway of your own. */
  public static open(): EndpointAccess {
    return new EndpointAccess("open");
  }

  /** Only callers inside the environment's network. There is no key and no public address. */
  public static privateOnly(): EndpointAccess {
    return new EndpointAccess("privateOnly");
  }

  private constructor(
    /** `apiKey`, `open` or `privateOnly`. */
    public readonly kind: string,
  ) {}
}
