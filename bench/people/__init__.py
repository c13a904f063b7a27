"""What lists of people cost among a hundred thousand of them and five million follows."""
