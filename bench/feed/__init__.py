"""What feeds cost among a hundred thousand people, five million follows and three million activities."""
