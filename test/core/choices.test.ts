import { EndpointAccess, Purchase } from "../../lib/core";

describe("Purchase", () => {
  test("is on demand, spot or reserved", () => {
    const kinds = [Purchase.onDemand(), Purchase.spot(), Purchase.reserved()].map(({ kind }) => kind);
    expect(kinds).toEqual(["on-demand", "spot", "reserved"]);
  });

  test("names a reservation only when one was named", () => {
    expect(Purchase.reserved("cr-0123456789abcdef0").reservationId).toBe("cr-0123456789abcdef0");
    expect(Purchase.reserved().reservationId).toBeUndefined();
    expect(Purchase.spot().reservationId).toBeUndefined();
  });
});

describe("EndpointAccess", () => {
  test("is for holders of the key, for everybody, or for the network alone", () => {
    const kinds = [EndpointAccess.apiKey(), EndpointAccess.open(), EndpointAccess.privateOnly()].map(
      ({ kind }) => kind,
    );
    expect(kinds).toEqual(["apiKey", "open", "privateOnly"]);
  });
});
