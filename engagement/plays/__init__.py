"""What is heard: sessions of listening, what of them counts, who heard what, and what artists are told of it."""
