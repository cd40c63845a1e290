"""Events written with what they report; the relay that sends them is `service_kit.event_dispatcher`."""
