"""Messages: how they are stored and read. Who writes an answer is `generation`'s business."""
